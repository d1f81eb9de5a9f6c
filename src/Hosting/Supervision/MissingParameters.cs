using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace CrashShield.Hosting.Supervision;

/// <summary>
/// Finds at the start of the host that a supervised service can never be created, as .NET does for any other hosted service: otherwise its attempts would fail, one after the other, until it is given up.
/// Nothing is created to find it out.
/// </summary>
internal static class MissingParameters
{
    /// <exception cref="InvalidOperationException">No constructor can be called with what is registered.</exception>
    public static void Check<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(IServiceProvider services)
    {
        // Another container may make what nobody has registered.
        if (services.GetService<IServiceProviderIsService>() is not { } known || known.GetType().Assembly != typeof(ServiceProvider).Assembly)
            return;

        Type[][] missing = [.. typeof(T).GetConstructors().Select(constructor => MissingOf(constructor, known))];
        if (missing.Length == 0 || missing.Any(static types => types.Length == 0))
            return;

        var names = string.Join(", ", missing.SelectMany(static types => types).Distinct().Select(static type => $"'{type}'"));
        throw new InvalidOperationException($"Unable to create the supervised service '{typeof(T)}': nothing is registered for {names}, which its constructor needs.");
    }

    private static Type[] MissingOf(ConstructorInfo constructor, IServiceProviderIsService known) =>
        [.. constructor.GetParameters().Where(parameter => !IsKnown(parameter, known)).Select(static parameter => parameter.ParameterType)];

    private static bool IsKnown(ParameterInfo parameter, IServiceProviderIsService known)
    {
        if (parameter.HasDefaultValue || parameter.IsDefined(typeof(ServiceKeyAttribute)))
            return true;
        return parameter.GetCustomAttribute<FromKeyedServicesAttribute>() is { } keyed
            ? keyed.Key is null || known is not IServiceProviderIsKeyedService keys || keys.IsKeyedService(parameter.ParameterType, keyed.Key)
            : known.IsService(parameter.ParameterType);
    }
}
