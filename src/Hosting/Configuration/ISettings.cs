using System.Diagnostics.CodeAnalysis;

namespace CrashShield.Hosting.Configuration;

/// <summary>Options that the configuration sets: their public properties are the keys. In an application that is trimmed, this keeps them.</summary>
[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)]
internal interface ISettings;
