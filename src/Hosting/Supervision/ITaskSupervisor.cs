namespace CrashShield.Hosting.Supervision;

/// <summary>Starts tasks whose failures are never lost. Registered by <c>AddCrashShield</c>; every member may be called from any thread.</summary>
public interface ITaskSupervisor
{
    /// <summary>Opens a scope: the tasks started in it end before it does, and their failures reach the one who opened it.</summary>
    /// <param name="name">What the scope is for. Use a constant: it ends up in logs.</param>
    /// <param name="policy">What to do when a child ends; default: the first failure wins (<see cref="SupervisionPolicy.FirstFailureWins"/>).</param>
    /// <param name="cancellationToken">Cancels all children at once, for example <c>HttpContext.RequestAborted</c>.</param>
    /// <returns>The scope. Dispose it, best with <c>await using</c>: that stops what still runs and logs the failures that nobody took.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    TaskScope OpenScope(string name, SupervisionPolicy? policy = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Starts a task that outlives its starter and that nobody waits for. A failure is logged once and counted; it concerns no other task.
    /// When the host stops, the task is cancelled and given <see cref="SupervisionOptions.ShutdownTimeout"/> to end, and the log names it.
    /// </summary>
    /// <param name="name">What the task does. Use a constant: it is a tag of metrics.</param>
    /// <param name="work">The task's work, run on the thread pool; its token is cancelled when the host stops.</param>
    /// <returns>The task. It never runs when the host has stopped already, which is logged.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    SupervisedTask Run(string name, Func<CancellationToken, Task> work);

    /// <summary>As <see cref="Run(string, Func{CancellationToken, Task})"/>, for a task whose end the stop of the host may wait for.</summary>
    /// <param name="name">What the task does. Use a constant: it is a tag of metrics.</param>
    /// <param name="work">The task's work, run on the thread pool.</param>
    /// <param name="waitForEnd">
    /// Whether the stop of the host waits for the end of the task. The wait ends in time for <see cref="SupervisionOptions.ShutdownTimeout"/> (at most half of what is left) to fit
    /// into <c>HostOptions.ShutdownTimeout</c>, or when the operator asks a second time to stop; then the task is cancelled as any other is.
    /// </param>
    /// <returns>The task. It never runs when the host has stopped already, which is logged.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    SupervisedTask Run(string name, Func<CancellationToken, Task> work, bool waitForEnd);

    /// <summary>
    /// As <see cref="Run(string, Func{CancellationToken, Task})"/>, with a service scope of the task's own, which is disposed when the task has ended. The services of a request
    /// are disposed with the request, and a task that outlives it cannot use them.
    /// </summary>
    /// <param name="name">What the task does. Use a constant: it is a tag of metrics.</param>
    /// <param name="work">The task's work, run on the thread pool with the services of its scope; its token is cancelled when the host stops.</param>
    /// <returns>The task. It never runs when the host has stopped already, which is logged.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    SupervisedTask Run(string name, Func<IServiceProvider, CancellationToken, Task> work);

    /// <summary>
    /// As <see cref="Run(string, Func{CancellationToken, Task}, bool)"/>, with a service scope of the task's own, which is disposed when the task has ended.
    /// </summary>
    /// <param name="name">What the task does. Use a constant: it is a tag of metrics.</param>
    /// <param name="work">The task's work, run on the thread pool with the services of its scope.</param>
    /// <param name="waitForEnd">Whether the stop of the host waits for the end of the task.</param>
    /// <returns>The task. It never runs when the host has stopped already, which is logged.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    SupervisedTask Run(string name, Func<IServiceProvider, CancellationToken, Task> work, bool waitForEnd);
}
