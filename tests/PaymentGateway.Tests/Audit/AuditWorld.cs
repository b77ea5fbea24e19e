using System.Net;
using System.Text.Json.Nodes;
using Dapper;
using PaymentGateway.Audit;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Tests.Database;

namespace PaymentGateway.Tests.Audit;

/// <summary>A database with an audit trail, and the ways to write, link, check and break it.</summary>
internal sealed class AuditWorld : IAsyncDisposable
{
    public static readonly Tenant Shop = new("MERCH_FH_001", Mode.Test);
    public static readonly Tenant Other = new("MERCH_TG_002", Mode.Live);
    public static readonly Origin Key = new("key:pk_test_MERCH_FH_abc", IPAddress.Parse("203.0.113.7"), "req_1");

    private readonly TestDatabase database;

    private AuditWorld(TestDatabase database, TimeProvider clock)
    {
        (this.database, Clock) = (database, clock);
        (Committer, Chainer, Verifier, Months) = (new(Db, TimeProvider.System), new(Db), new(Db, clock), new(Db));
    }

    public Db Db => database.Db;

    public TimeProvider Clock { get; }

    public Committer Committer { get; }

    public AuditChainer Chainer { get; }

    public AuditVerifier Verifier { get; }

    public AuditMonthStore Months { get; }

    public static async Task<AuditWorld> Create(TimeProvider? clock = null) => new(await TestDatabase.Create(), clock ?? TimeProvider.System);

    /// <summary>One row in a commit of its own.</summary>
    public async Task Write(Tenant tenant, int number = 0, DateTimeOffset? when = null)
    {
        var change = new Change();
        AuditTrail.Record(change, tenant, Key, when is { } instant ? new ManualClock(instant) : Clock, "payment.capture", "payment", $"pay_{number}",
            new JsonObject { ["status"] = "requires_capture" }, new JsonObject { ["status"] = "succeeded", ["number"] = number });
        Assert.IsType<CommitOutcome.Committed>(await Committer.Commit(change, CancellationToken.None));
    }

    public async Task WriteAndLink(Tenant tenant, int rows)
    {
        for (var i = 1; i <= rows; i++)
        {
            await Write(tenant, i);
        }

        Assert.Equal(rows, await Link());
    }

    /// <summary>A transaction that a neighbour in the cluster has open holds the horizon back for its time: then again.</summary>
    public async Task<int> Link()
    {
        var linked = 0;
        do
        {
            linked += await Chainer.Run(CancellationToken.None);
        }
        while (await Scalar<long>("SELECT count(*) FROM audit.rows r WHERE NOT EXISTS (SELECT FROM audit.links l WHERE l.row_id = r.id)") > 0);
        return linked;
    }

    public Task<ChainReport> Verify(Tenant tenant, ChainAnchor? anchor = null) => Verifier.Verify(tenant, anchor, CancellationToken.None);

    public async Task<int> Execute(string sql)
    {
        await using var connection = await Db.OpenSystem(CancellationToken.None);
        return await connection.ExecuteAsync(sql);
    }

    public async Task<T> Scalar<T>(string sql)
    {
        await using var connection = await Db.OpenSystem(CancellationToken.None);
        return (await connection.ExecuteScalarAsync<T>(sql))!;
    }

    /// <summary>As somebody who owns the database and has switched the triggers off.</summary>
    public Task<int> Tamper(string sql) => Execute($"BEGIN; SET LOCAL session_replication_role = replica; {sql}; COMMIT;");

    public ValueTask DisposeAsync() => database.DisposeAsync();
}
