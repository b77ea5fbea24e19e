using System.Text;
using PaymentGateway.Simulators.OpenApi;

namespace PaymentGateway.Simulators.Engine;

/// <summary>
/// One simulated processor behind its own port. The way of a request: read, faults before the work, credentials, the description,
/// the key, the work, the description again, faults after the work, the answer.
/// </summary>
internal sealed class Simulator(IProcessor processor, World world) : IDisposable
{
    private readonly SemaphoreSlim oneAtATime = new(1, 1);
    private readonly KeptAnswers kept = new(world.Shelf, world.Clock);

    public IProcessor Processor => processor;

    public World World => world;

    /// <summary>The work of one request or command at a time: a processor's state has no locks of its own.</summary>
    public async Task<T> Exclusively<T>(Func<T> work, CancellationToken cancel)
    {
        await oneAtATime.WaitAsync(cancel);
        try
        {
            processor.Tick();
            return work();
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    public async Task Serve(HttpContext http)
    {
        var cancel = http.RequestAborted;
        var call = await Call.Read(http.Request, processor.Description);
        var before = TakeBefore(call);
        if (await Misbehave(http, call, before))
            return;
        var after = world.Faults.Take(call.Method, call.Path, FaultKind.Slow, FaultKind.HalfClose, FaultKind.Malformed);
        var reply = before is { AfterWork: false, Kind: FaultKind.Status } ? processor.Fail(call, before.Status) : await Answer(call, after, cancel);
        if (before is { AfterWork: true })
        {
            if (await MisbehaveAfter(http, call, before))
                return;
            reply = processor.Fail(call, before.Status);
        }
        world.Journal.Request(call, reply.Status, before is null && after is null ? null : Fault.Words[(before ?? after)!.Kind]);
        await Send(http, reply, after);
    }

    private Fault? TakeBefore(Call call) => world.Faults.Take(call.Method, call.Path, FaultKind.Hang, FaultKind.Drop, FaultKind.Status);

    private async Task<bool> Misbehave(HttpContext http, Call call, Fault? fault) =>
        fault is { AfterWork: false } && await MisbehaveAfter(http, call, fault);

    // True: there is no answer to send any more.
    private async Task<bool> MisbehaveAfter(HttpContext http, Call call, Fault fault)
    {
        if (fault.Kind == FaultKind.Status)
            return false;
        world.Journal.Request(call, 0, Fault.Words[fault.Kind]);
        if (fault.Kind == FaultKind.Hang)
            await UntilTheCallerLeaves(http.RequestAborted);
        http.Abort();
        return true;
    }

    private static async Task UntilTheCallerLeaves(CancellationToken aborted)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, aborted);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task<Reply> Answer(Call call, Fault? after, CancellationToken cancel)
    {
        if (call.Operation is null)
            return await Exclusively(() => processor.Page(call) ?? processor.NotFound(call), cancel);
        if (processor.CheckCaller(call) is { } stranger)
            return stranger;
        if (Refuse(call) is { } refused)
            return refused;
        return processor.IdempotencyKey(call) is { } key ? await Keyed(key, call, after, cancel) : await Work(call, after, cancel);
    }

    private Reply? Refuse(Call call)
    {
        IReadOnlyList<Violation> violations = call.BodyFault is { } fault
            ? [new Violation(ViolationKind.Type, "", fault)]
            : [.. call.Operation!.CheckRequest(call.ContentType, call.Body, call.Query)
                .Where(one => !processor.Allows(call, one, answer: false))];
        if (violations.Count == 0)
            return null;
        world.Journal.Violated(call, "request", violations);
        return processor.Refuse(call, violations);
    }

    private async Task<Reply> Keyed(string key, Call call, Fault? after, CancellationToken cancel)
    {
        switch (await Exclusively(() => kept.Take(key, call), cancel))
        {
            case KeptAnswers.Standing.Answered answered: return await Exclusively(() => processor.Repeat(call, answered.Reply), cancel);
            case KeptAnswers.Standing.InUse: return processor.KeyInUse(call);
            case KeptAnswers.Standing.Reused: return processor.KeyReused(call);
        }
        Reply? reply = null;
        try
        {
            return reply = await Work(call, after, cancel);
        }
        finally
        {
            await Exclusively(() => { kept.Finish(key, call, reply); return true; }, CancellationToken.None);
        }
    }

    // A caller who leaves does not stop the work: a processor's would go on as well.
    private async Task<Reply> Work(Call call, Fault? after, CancellationToken cancel)
    {
        var reply = await Exclusively(() => processor.Handle(call), CancellationToken.None);
        List<Violation> violations = [.. call.Operation!.CheckAnswer(reply.Status, reply.Json).Where(one => !processor.Allows(call, one, answer: true))];
        if (violations.Count > 0)
            world.Journal.Violated(call, "answer", violations);
        if (after is { Kind: FaultKind.Slow })
            await Wait(after.Delay, cancel);
        return reply;
    }

    private static async Task Wait(TimeSpan delay, CancellationToken cancel)
    {
        try
        {
            await Task.Delay(delay, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
        }
    }

    private static async Task Send(HttpContext http, Reply reply, Fault? fault)
    {
        var response = http.Response;
        response.StatusCode = reply.Status;
        foreach (var (name, value) in reply.Headers)
            response.Headers[name] = value;
        var bytes = Encoding.UTF8.GetBytes(fault?.Kind == FaultKind.Malformed ? "<html>Bad gateway" : reply.Text);
        if (bytes.Length == 0)
            return;
        response.ContentType = reply.ContentType;
        response.ContentLength = bytes.Length;
        if (fault?.Kind != FaultKind.HalfClose)
        {
            await response.Body.WriteAsync(bytes, http.RequestAborted);
            return;
        }
        await response.Body.WriteAsync(bytes.AsMemory(0, bytes.Length / 2), http.RequestAborted);
        await response.Body.FlushAsync(http.RequestAborted);
        http.Abort();
    }

    public void Dispose()
    {
        oneAtATime.Dispose();
        world.Dispose();
    }
}
