namespace CrashShield.Init.Listeners;

/// <summary>The n-th request for an endpoint, counted from 0: port 0 asked for twice is two sockets.</summary>
internal readonly record struct ListenerKey(Endpoint Endpoint, int Ordinal);
