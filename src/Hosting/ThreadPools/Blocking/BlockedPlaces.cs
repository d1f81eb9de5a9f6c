namespace CrashShield.Hosting.ThreadPools.Blocking;

/// <summary>Finds the places where threads of the pool wait.</summary>
internal static class BlockedPlaces
{
    private const string Worker = "System.Threading.PortableThreadPool.WorkerThread.WorkerThreadStart";
    private const string Dispatch = "System.Threading.ThreadPoolWorkQueue.Dispatch";
    private const string Native = "native code";
    private static readonly string[] Waits = ["System.Threading.", "System.Runtime.CompilerServices."];

    private const int MaxFrames = 12;

    // EventPipe cuts a stack off at its outer end (EP_MAX_STACK_DEPTH), so the pool's own frames are missing.
    private const int Deepest = 100;

    public static BlockingSample Of(IReadOnlyCollection<ThreadSample> threads, MethodNames names)
    {
        var poolThreads = 0;
        var places = new Dictionary<(string Code, string Wait), BlockedPlace>();
        foreach (var thread in threads)
        {
            var frames = thread.Stack.Select(names.Of).OfType<MethodName>().ToArray();
            var isCut = thread.Stack.Length >= Deepest;
            if (!isCut && !Has(frames, Worker))
                continue;

            poolThreads++;
            // A thread without a work item waits for one.
            if (thread.IsWaiting && (isCut || Has(frames, Dispatch)))
                Add(places, frames);
        }

        return new([.. places.Values.OrderByDescending(place => place.Threads).ThenBy(place => place.Code, StringComparer.Ordinal)], poolThreads);
    }

    private static bool Has(MethodName[] frames, string method) => Array.Exists(frames, frame => frame.Text == method);

    private static void Add(Dictionary<(string Code, string Wait), BlockedPlace> places, MethodName[] frames)
    {
        frames = [.. frames.Where(frame => !frame.IsPlumbing)];
        var code = CodeIn(frames);
        if (code < 0)
            return;

        var key = (frames[code].Text, code == 0 ? Native : Called(frames[code - 1].Text));
        places[key] = places.TryGetValue(key, out var place)
            ? place with { Threads = place.Threads + 1 }
            : new(key.Item1, key.Item2, 1, [.. Shown(frames).Take(MaxFrames)]);
    }

    private static int CodeIn(MethodName[] frames)
    {
        var code = Array.FindIndex(frames, frame => !frame.IsFramework);
        // The handler of an endpoint that is small is inlined there.
        if (code < 0)
            code = Array.FindIndex(frames, frame => frame.IsCompiledAtRunTime);
        // A wait inside of a library of the framework: what is nearest to the wait without being the wait itself.
        return code >= 0 ? code : Array.FindIndex(frames, frame => !Array.Exists(Waits, frame.Text.StartsWith));
    }

    // What the code calls is inlined, so its callee is seen.
    private static string Called(string seen) => seen switch
    {
        "System.Runtime.CompilerServices.TaskAwaiter.HandleNonSuccessAndDebuggerNotification" => "System.Runtime.CompilerServices.TaskAwaiter.GetResult",
        "System.Threading.Tasks.Task.GetResultCore" => "System.Threading.Tasks.Task.Result",
        "System.Threading.Tasks.Task.InternalWait" or "System.Threading.Tasks.Task.InternalWaitCore" => "System.Threading.Tasks.Task.Wait",
        "System.Threading.Monitor.Enter_Slowpath" => "System.Threading.Monitor.Enter",
        "System.Threading.WaitHandle.WaitOneNoCheck" => "System.Threading.WaitHandle.WaitOne",
        _ => seen,
    };

    // An async method and its state machine, or two overloads, read as one.
    private static IEnumerable<string> Shown(MethodName[] frames) =>
        frames.Select(frame => frame.Text).Where((text, i) => i == 0 || text != frames[i - 1].Text);
}
