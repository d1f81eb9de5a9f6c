using System.Globalization;
using CrashShield.Hosting.Scheduling;
using CrashShield.Hosting.Tests.Supervision;

namespace CrashShield.Hosting.Tests.Scheduling;

public sealed class ShieldScheduleTests : IDisposable
{
    private readonly ManualResetEventSlim _release = new();
    private readonly CountedThreads _threads = new();
    private ShieldSchedule? _schedule;

    private ShieldSchedule Schedule => _schedule ??= new(_threads.TryStart);

    public void Dispose()
    {
        _release.Set();
        _schedule?.Dispose();
    }

    [Fact]
    public async Task ThreeThreadsStartWithTheFirstJobAndEndWithTheSchedule()
    {
        Schedule.Add(static () => { });
        Schedule.Add(static () => { });
        Assert.Equal(["shield schedule", "shield worker 1", "shield worker 2"], _threads.Names);

        Schedule.Dispose();
        await Deadline.Until(() => _threads.Alive == 0, "the threads have ended");
    }

    [Fact]
    public async Task JobRunsWhenItIsAskedToAndNotBefore()
    {
        var runs = 0;
        var job = Schedule.Add(() => Interlocked.Increment(ref runs));
        var later = Schedule.Add(() => Interlocked.Add(ref runs, 100));
        later.RunAfter(TimeSpan.FromHours(1));
        for (var run = 1; run <= 10; run++)
        {
            job.RunNow();
            await Deadline.Until(() => runs == run, "it has run");
        }

        // The earlier time counts.
        later.RunAfter(TimeSpan.FromMilliseconds(1));
        later.RunAfter(TimeSpan.FromHours(1));
        await Deadline.Until(() => runs == 110, "it has run");
    }

    [Theory]
    [InlineData(0.2, 0.05)]
    [InlineData(1, 0.25)]
    [InlineData(10, 0.25)]
    public void JobThatIsDueAboutThenRunsALittleEarlierWhereAThreadIsAwake(double delay, double slack)
    {
        // Of a schedule that has no threads.
        var about = new ScheduledJob(Schedule, static () => { });
        var exact = new ScheduledJob(Schedule, static () => { });
        var before = TimeProvider.System.GetTimestamp();
        about.RunAbout(TimeSpan.FromSeconds(delay));
        exact.RunAfter(TimeSpan.FromSeconds(delay));
        var jobs = new JobList();
        jobs.Add(exact);
        jobs.Add(about);
        var early = about.Due - (long)(slack * TimeProvider.System.TimestampFrequency);

        Assert.InRange(about.Due, before, exact.Due);
        Assert.Null(jobs.TakeDue(early - 1));
        Assert.Same(about, jobs.TakeDue(early));
        Assert.Null(jobs.TakeDue(exact.Due - 1));
        Assert.Same(exact, jobs.TakeDue(exact.Due));
    }

    [Fact]
    public async Task JobThatIsRemovedRunsNoMore()
    {
        var (runs, others) = (0, 0);
        var job = Schedule.Add(() => Interlocked.Increment(ref runs));
        job.RunAfter(TimeSpan.FromMilliseconds(20));
        job.Remove();
        job.RunNow();
        var other = Schedule.Add(() => Interlocked.Increment(ref others));
        other.RunAfter(TimeSpan.FromMilliseconds(50));
        await Deadline.Until(() => others == 1, "another has run");
        Assert.Equal(0, runs);
    }

    [Fact]
    public async Task JobNeverRunsTwiceAtOnceAndOnceMoreWhenItWasAskedToMeanwhile()
    {
        var (runs, atOnce, most) = (0, 0, 0);
        var job = Schedule.Add(() =>
        {
            most = Math.Max(most, Interlocked.Increment(ref atOnce));
            _release.Wait();
            Interlocked.Decrement(ref atOnce);
            Interlocked.Increment(ref runs);
        });
        job.RunNow();
        await Deadline.Until(() => Volatile.Read(ref atOnce) == 1, "it runs");
        for (var i = 0; i < 10; i++)
            job.RunNow();
        _release.Set();

        await Deadline.Until(() => Volatile.Read(ref runs) == 2, "it has run once more");
        await Parallel.ForAsync(0, 200, TestContext.Current.CancellationToken, (_, _) =>
        {
            job.RunNow();
            return ValueTask.CompletedTask;
        });
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task TwoThatHangHoldUpNobodyThoughNoThreadCanBeStarted()
    {
        _threads.Most = 3;
        HangTwo();
        await Deadline.Until(() => _threads.Refused == 0, "nothing more was needed");

        var runs = new int[10];
        var jobs = Enumerable.Range(0, runs.Length).Select(i => Schedule.Add(() => Interlocked.Increment(ref runs[i]))).ToArray();
        for (var round = 1; round <= 20; round++)
        {
            Array.ForEach(jobs, job => job.RunNow());
            await Deadline.Until(() => runs.All(count => count == round), "all the others run");
        }

        Assert.InRange(_threads.Refused, 1, int.MaxValue);
        Assert.Equal(3, _threads.Alive);
    }

    [Fact]
    public async Task ThreadThatComesBackLeadsWhereTheLeaderIsAtWork()
    {
        _threads.Most = 3;
        using var first = new ManualResetEventSlim();
        using var last = new ManualResetEventSlim();
        Run(first.Wait);
        Run(_release.Wait);
        Run(last.Wait);
        first.Set();

        var runs = 0;
        var job = Schedule.Add(() => Interlocked.Increment(ref runs));
        for (var run = 1; run <= 20; run++)
        {
            job.RunAfter(TimeSpan.FromMilliseconds(1));
            await Deadline.Until(() => runs == run, "the thread that came back does the work");
        }

        last.Set();
        _release.Set();
        job.RunAfter(TimeSpan.FromMilliseconds(1));
        await Deadline.Until(() => runs == 21, "one leads again");
    }

    [Fact]
    public async Task AnyNumberThatHangsHoldsUpNobodyAndTheThreadsForItEndAgain()
    {
        for (var i = 0; i < 20; i++)
            Run(_release.Wait);
        var runs = 0;
        Run(() => Interlocked.Increment(ref runs));
        await Deadline.Until(() => runs == 1, "another runs");
        Assert.InRange(_threads.Alive, 22, 25);

        _release.Set();
        await Deadline.Until(() => _threads.Alive == 1 + ShieldSchedule.Workers, "three are left");
    }

    [Fact]
    public async Task WithoutWorkersTheLeaderDoesItAll()
    {
        _threads.Most = 1;
        var runs = 0;
        for (var i = 0; i < 10; i++)
            Run(() => Interlocked.Increment(ref runs));
        await Deadline.Until(() => runs == 10, "all have run");
    }

    [Fact]
    public void WithoutAnyThreadTheStartFails()
    {
        _threads.Most = 0;
        Assert.Throws<InvalidOperationException>(() => Schedule.Add(static () => { }));
    }

    [Fact]
    public async Task WhatWasAskedForIsDoneAfterTheEnd()
    {
        var runs = 0;
        var job = Schedule.Add(() => Interlocked.Increment(ref runs));
        job.RunAfter(TimeSpan.FromMilliseconds(100));
        Schedule.Dispose();
        await Deadline.Until(() => _threads.Alive == 0, "the threads have ended");
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task WhatAJobDoesToItsContextDoesNotFlowOn()
    {
        var local = new AsyncLocal<string?>();
        var culture = "";
        _threads.Most = 1;
        Run(() =>
        {
            local.Value = "mine";
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("tr");
        });
        string? seen = "nothing";
        Run(() => (seen, culture) = (local.Value, CultureInfo.CurrentCulture.Name));
        await Deadline.Until(() => seen != "nothing", "the next has run");
        Assert.Null(seen);
        Assert.NotEqual("tr", culture);
    }

    [Fact]
    public async Task JobThatIsRunAgainAndAgainAllocatesNothing()
    {
        var runs = 0;
        ScheduledJob? job = null;
        job = Schedule.Add(() =>
        {
            if (++runs < 2_000)
                job!.RunAfter(runs % 2 == 0 ? TimeSpan.FromTicks(1) : TimeSpan.Zero);
        });
        job.RunNow();
        await Deadline.Until(() => Volatile.Read(ref runs) == 2_000, "all its runs");
        Schedule.Dispose();
        await Deadline.Until(() => _threads.Alive == 0, "the threads have ended");

        // What a thread needs at its start; 2,000 runs with a byte each would be more.
        Assert.InRange(_threads.Allocated, 0, 1_999);
    }

    private void HangTwo()
    {
        Run(_release.Wait);
        Run(_release.Wait);
    }

    private void Run(Action job) => Schedule.Add(job).RunNow();

    // Real threads, as many as the test allows.
    private sealed class CountedThreads
    {
        private readonly List<string> _names = [];
        private int _alive;
        private long _allocated;

        public int Most { get; set; } = int.MaxValue;

        public int Refused { get; private set; }

        public int Alive => Volatile.Read(ref _alive);

        public long Allocated => Volatile.Read(ref _allocated);

        public IReadOnlyList<string> Names
        {
            get
            {
                lock (_names)
                    return [.. _names];
            }
        }

        public bool TryStart(ThreadStart run, string name)
        {
            lock (_names)
            {
                if (Alive >= Most)
                {
                    Refused++;
                    return false;
                }

                _names.Add(name);
                Interlocked.Increment(ref _alive);
            }

            return ThreadStarter.TryStart(() => Run(run), name);
        }

        private void Run(ThreadStart run)
        {
            run();
            Interlocked.Add(ref _allocated, GC.GetAllocatedBytesForCurrentThread());
            Interlocked.Decrement(ref _alive);
        }
    }
}
