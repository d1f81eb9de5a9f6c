namespace CrashShield.Hosting.ThreadPools.Blocking;

/// <summary>A place in the code where threads of the pool wait.</summary>
/// <param name="Code">The innermost method that is not the framework's, such as <c>Shop.OrderStore.Load</c>.</param>
/// <param name="Wait">What that method called, such as <c>System.Threading.Thread.Sleep</c>.</param>
/// <param name="Threads">How many threads of the pool wait there.</param>
/// <param name="Frames">The stack of one of these threads, innermost method first.</param>
internal sealed record BlockedPlace(string Code, string Wait, int Threads, IReadOnlyList<string> Frames);
