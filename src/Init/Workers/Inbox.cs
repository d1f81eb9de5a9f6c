using CrashShield.Init.Listeners;

namespace CrashShield.Init.Workers;

/// <summary>What workers say, to whom it concerns.</summary>
internal sealed class Inbox(Lead lead)
{
    public void Handle(Worker worker, Message message)
    {
        switch (message.Type)
        {
            case ControlType.Listen:
                AnswerListen(worker, message.Endpoint ?? "");
                break;
            case ControlType.Find:
                AnswerFind(worker, message.Endpoint ?? "");
                break;
            case ControlType.Bound:
                Keep(worker, message.Endpoint ?? "");
                break;
            case ControlType.Restart:
                AnswerRestart(worker);
                break;
            case ControlType.Stopping:
                worker.EndsWith = message.Code ?? Worker.UnknownCode;
                // One without a socket is a command that goes before the application.
                if (worker == lead.Swap?.New && worker.Sockets.Any())
                    lead.Swap.NewStops();
                break;
            case ControlType.Released:
                if (Endpoint.TryParse(message.Endpoint ?? "", out var released))
                    worker.Released(released);
                break;
            case ControlType.Rested:
                lead.Rested(worker);
                break;
            case ControlType.Served:
                worker.HasServed = true;
                break;
            case ControlType.Refuse:
                Output.Log($"{worker} refuses: {message.Reason}");
                worker.Startup?.Unheard();
                break;
            case ControlType.Loaded:
                worker.Startup?.Loaded();
                break;
            case ControlType.Hello or ControlType.Waits or ControlType.Ready or ControlType.Opened or ControlType.Failed:
                FromStarting(worker, message);
                break;
            case ControlType.Verdict or ControlType.Paused or ControlType.State:
                FromOld(worker, message);
                break;
            default:
                worker.Link.Send(Message.Refuse($"type '{message.Type}' is not known to crashshield-init"));
                break;
        }
    }

    private void FromStarting(Worker worker, Message message)
    {
        var swap = worker == lead.Swap?.New ? lead.Swap : null;
        switch (message.Type)
        {
            case ControlType.Hello:
                if (message.ProcessId is { } own && own != worker.ProcessId)
                    Output.Log($"process {own} speaks for {worker}: signals and the exit code are the latter's; start it with exec");
                worker.TakenSignals = message.SetOfSignals();
                swap?.Hello(message);
                worker.Startup?.Hello(message);
                break;
            case ControlType.Waits:
                swap?.Waits(message.Reason ?? "it gives no reason");
                // A spare gets them when it takes over.
                worker.Startup?.Ready();
                break;
            case ControlType.Ready:
                swap?.Ready();
                worker.Startup?.Ready();
                break;
            case ControlType.Opened:
                lead.Opened(worker);
                worker.Startup?.Opened();
                break;
            default:
                var reason = message.Reason ?? "it failed, and gave no reason";
                // A worker that has taken over does not know when its probation ends.
                if (swap is null or { HasEnded: true })
                    lead.Unwell(worker, reason);
                swap?.Fail(reason);
                break;
        }
    }

    private void FromOld(Worker worker, Message message)
    {
        // From any other it is an answer that came too late.
        if (worker != lead.Swap?.Old)
            return;
        if (message.Type == ControlType.Verdict)
            lead.Swap.Verdict(message.Accepted == true, message.Reason);
        else if (message.Type == ControlType.Paused)
            lead.Swap.Paused();
        else
            lead.Swap.State(message);
    }

    private void AnswerListen(Worker worker, string text) => Answer(worker, text, key => lead.Listeners.Get(key, lead.HolderOf));

    // The application makes its socket itself, where there is none.
    private void AnswerFind(Worker worker, string text) => Answer(worker, text, key => lead.Listeners.GetMade(key, lead.HolderOf));

    private static void Answer(Worker worker, string text, Func<ListenerKey, Listener?> find)
    {
        if (!Endpoint.TryParse(text, out var endpoint))
        {
            worker.Link.Send(Message.Refuse($"'{text}' is no endpoint; allowed: {Endpoint.Forms}"));
            return;
        }

        try
        {
            var listener = find(worker.NextKey(endpoint));
            if (listener is not null)
                worker.Has(endpoint, listener);
            worker.Link.Send(new Message(ControlType.Listening) { Endpoint = text }, listener?.Descriptor ?? -1);
        }
        catch (ListenException e)
        {
            if (e.Errno == Errno.AddressInUse)
                worker.Refusal = e.Message;
            Output.Log(e.Message);
            worker.Link.Send(Message.Refuse(e.Message) with { Errno = e.Errno });
        }
    }

    private void Keep(Worker worker, string text)
    {
        if (!Endpoint.TryParse(text, out var endpoint) || worker.Link.TakeDescriptor() is not (>= 0 and var descriptor))
            return;
        if (lead.Listeners.TryKeep(worker.NextKey(endpoint), descriptor) is { } listener)
            worker.Has(endpoint, listener);
        else
            Output.Log($"the socket of {worker} for {endpoint} is not kept: it does not listen, or there is one");
    }

    private void AnswerRestart(Worker worker)
    {
        var refusal = worker == lead.Target ? lead.BeginRestart($"{worker}") : $"{worker} is not the one that serves";
        worker.Link.Send(refusal is null ? new Message(ControlType.Restarting) : Message.Refuse(refusal));
        if (refusal is not null)
            Output.Log($"hot restart refused: {refusal}");
    }
}
