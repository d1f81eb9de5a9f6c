namespace CrashShield.Hosting.Configuration;

/// <summary>A name that the application has given to something of its own.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NameAttribute : Attribute
{
    public const string Allowed = "a name";
}
