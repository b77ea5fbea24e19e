using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Npgsql;
using PaymentGateway.Connectors;

namespace PaymentGateway.Processors;

/// <summary>
/// Writes what was said to processors, behind the backs of those who said it: whoever has a row puts it into a bounded queue and goes on. A
/// full queue and a database out of reach cost rows, which are counted, and no payment.
/// </summary>
internal sealed partial class RequestLog(RequestStore store, ILogger<RequestLog> log) : BackgroundService, IRequestLog
{
    public const string MeterName = "PaymentGateway.Processors";
    public const int QueueMax = 10_000;
    public const int BatchMax = 500;

    private static readonly Meter meter = new(MeterName);

    private static readonly Counter<long> dropped = meter.CreateCounter<long>(
        "processor.requests.dropped", "{request}", "Requests to processors that were not written to the log of requests, by why.");

    private readonly Channel<ProcessorRequest> queue = Channel.CreateBounded<ProcessorRequest>(
        new BoundedChannelOptions(QueueMax) { FullMode = BoundedChannelFullMode.Wait, SingleReader = false });

    private readonly SemaphoreSlim writing = new(1);

    public void Add(ProcessorRequest request)
    {
        if (!queue.Writer.TryWrite(request))
        {
            Drop(1, "queue_full");
        }
    }

    /// <summary>Writes all that waits, after what another is writing.</summary>
    /// <returns>How many rows this call has written.</returns>
    internal async Task<int> RunOnce(CancellationToken cancel)
    {
        await writing.WaitAsync(cancel);
        try
        {
            var written = 0;
            while (NextBatch() is { Count: > 0 } batch)
            {
                written += await Write(batch, cancel);
            }

            return written;
        }
        finally
        {
            writing.Release();
        }
    }

    public override void Dispose()
    {
        writing.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await queue.Reader.WaitToReadAsync(stoppingToken))
            {
                await RunOnce(CancellationToken.None);
            }
        }
        finally
        {
            // The host waits for what is stopping, so the rest is written too.
            await RunOnce(CancellationToken.None);
        }
    }

    private List<ProcessorRequest> NextBatch()
    {
        var batch = new List<ProcessorRequest>();
        while (batch.Count < BatchMax && queue.Reader.TryRead(out var request))
        {
            batch.Add(request);
        }

        return batch;
    }

    private async Task<int> Write(List<ProcessorRequest> batch, CancellationToken cancel)
    {
        try
        {
            await store.Insert(batch, cancel);
            return batch.Count;
        }
        catch (NpgsqlException e)
        {
            LogLost(e, batch.Count);
            Drop(batch.Count, "database");
            return 0;
        }
    }

    private static void Drop(int count, string why) => dropped.Add(count, KeyValuePair.Create<string, object?>("reason", why));

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} requests to processors could not be written to their log")]
    private partial void LogLost(Exception e, int count);
}
