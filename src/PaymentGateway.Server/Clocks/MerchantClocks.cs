using System.Collections.Frozen;
using Dapper;
using PaymentGateway.Database;

namespace PaymentGateway.Clocks;

/// <summary>
/// What time it is for a merchant: the real time, and in test mode further on by what its test clock was advanced. Business time (when
/// objects were created, when something is due or over) is asked here; the real time is for processes: leases, pauses, ids, rate limits.
/// </summary>
/// <remarks>
/// All offsets are kept in memory. This replica's own advances count at once; those of others when their notice comes, and at the latest
/// after <see cref="Poll"/>, since the table is also read again that often. An offset never shrinks, so the larger one is the newer one.
/// </remarks>
public sealed class MerchantClocks(Db db, TimeProvider real)
{
    /// <summary>For how long a replica that hears no notice may still go by an older offset.</summary>
    public static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    private readonly Lock merging = new();
    private volatile FrozenDictionary<string, TimeSpan> ahead = FrozenDictionary<string, TimeSpan>.Empty;

    /// <summary>Some clock was advanced: what was not due may be due now.</summary>
    public event Action? Moved;

    /// <summary>The time of the machine, and the source of ids: they sort by it, whoever's time is ahead.</summary>
    public TimeProvider Real => real;

    public DateTimeOffset Now(Tenant tenant) => real.GetUtcNow() + AheadOf(tenant);

    /// <summary>Takes note of an offset that was read from the database together with something else.</summary>
    public void Saw(Tenant tenant, TimeSpan offset)
    {
        if (offset > AheadOf(tenant))
        {
            Merge([(tenant.MerchantId, offset)]);
        }
    }

    /// <summary>Begins a round of due work.</summary>
    /// <returns>The real time: <c>@now</c> of <see cref="DueRows"/>, and where the lease of what is claimed begins.</returns>
    public async Task<DateTimeOffset> StartRound(CancellationToken cancel)
    {
        await Refresh(cancel);
        return real.GetUtcNow();
    }

    /// <summary>Reads all offsets again: after an advance, before a round of due work, and every <see cref="Poll"/>.</summary>
    public async Task Refresh(CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var rows = await connection.QueryAsync<(string MerchantId, TimeSpan Ahead)>(new CommandDefinition(
            "SELECT merchant_id, ahead FROM clocks.offsets WHERE mode = 'test' AND ahead > interval '0'", cancellationToken: cancel));
        Merge(rows.AsList());
    }

    private TimeSpan AheadOf(Tenant tenant) => tenant.Mode == Mode.Test ? ahead.GetValueOrDefault(tenant.MerchantId) : TimeSpan.Zero;

    private void Merge(IReadOnlyList<(string MerchantId, TimeSpan Ahead)> read)
    {
        lock (merging)
        {
            var newer = read.Where(row => row.Ahead > ahead.GetValueOrDefault(row.MerchantId)).ToList();
            if (newer.Count == 0)
            {
                return;
            }

            var merged = ahead.ToDictionary();
            newer.ForEach(row => merged[row.MerchantId] = row.Ahead);
            ahead = merged.ToFrozenDictionary();
        }

        Moved?.Invoke();
    }
}
