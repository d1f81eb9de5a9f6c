namespace CrashShield.Hosting.Configuration;

/// <summary>A name that the application has given to something of its own. No name is <see langword="null"/>, never an empty text.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NameAttribute : Attribute
{
    public const string Allowed = "a name";
}
