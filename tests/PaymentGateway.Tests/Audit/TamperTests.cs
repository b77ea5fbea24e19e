using PaymentGateway.Audit;

namespace PaymentGateway.Tests.Audit;

/// <summary>Whoever owns the database can switch off the triggers; the chain tells what he did.</summary>
public sealed class TamperTests : IAsyncLifetime
{
    private const string Third = "(SELECT row_id FROM audit.links WHERE sequence = 3 AND merchant_id = 'MERCH_FH_001')";

    private AuditWorld world = null!;

    public async ValueTask InitializeAsync()
    {
        world = await AuditWorld.Create();
        await world.WriteAndLink(AuditWorld.Shop, 5);
        await world.WriteAndLink(AuditWorld.Other, 2);
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Theory]
    [InlineData("UPDATE audit.rows SET after = '{\"status\":\"failed\"}' WHERE id = " + Third, ChainFault.Changed, 3)]
    [InlineData("UPDATE audit.rows SET after = (after::text || ' ')::json WHERE id = " + Third, ChainFault.Changed, 3)]
    [InlineData("UPDATE audit.rows SET before = NULL WHERE id = " + Third, ChainFault.Changed, 3)]
    [InlineData("UPDATE audit.rows SET created_at = created_at + interval '1 hour' WHERE id = " + Third, ChainFault.Changed, 3)]
    [InlineData("UPDATE audit.rows SET actor = 'worker' WHERE id = " + Third, ChainFault.Changed, 3)]
    [InlineData("UPDATE audit.rows SET address = '198.51.100.1' WHERE id = " + Third, ChainFault.Changed, 3)]
    [InlineData("UPDATE audit.rows SET action = 'payment.cancel' WHERE id = " + Third, ChainFault.Changed, 3)]
    [InlineData("UPDATE audit.rows SET object_type = 'order' WHERE id = " + Third, ChainFault.Changed, 3)]
    [InlineData("UPDATE audit.rows SET object_id = 'pay_x' WHERE id = " + Third, ChainFault.Changed, 3)]
    [InlineData("UPDATE audit.rows SET request_id = NULL WHERE id = " + Third, ChainFault.Changed, 3)]
    [InlineData("UPDATE audit.links SET hash = sha256('x') WHERE row_id = " + Third, ChainFault.Changed, 3)]
    [InlineData("UPDATE audit.rows SET merchant_id = 'MERCH_TG_002', mode = 'live' WHERE id = " + Third, ChainFault.Deleted, 3)]
    [InlineData("DELETE FROM audit.rows WHERE id = " + Third, ChainFault.Deleted, 3)]
    [InlineData("DELETE FROM audit.rows WHERE id = " + Third + "; DELETE FROM audit.links WHERE row_id = " + Third, ChainFault.Deleted, 3)]
    [InlineData("UPDATE audit.links SET sequence = CASE sequence WHEN 3 THEN 4 ELSE 3 END WHERE sequence IN (3, 4) AND mode = 'test'", ChainFault.Reordered, 3)]
    [InlineData(
        "UPDATE audit.rows SET object_id = CASE object_id WHEN 'pay_3' THEN 'pay_4' ELSE 'pay_3' END WHERE object_id IN ('pay_3', 'pay_4')",
        ChainFault.Changed, 3)]
    [InlineData("DELETE FROM audit.links WHERE sequence = 5 AND mode = 'test'; DELETE FROM audit.rows WHERE object_id = 'pay_5'", ChainFault.TailCut, 5)]
    [InlineData("DELETE FROM audit.links WHERE mode = 'test'; DELETE FROM audit.rows WHERE mode = 'test'", ChainFault.TailCut, 1)]
    [InlineData("DELETE FROM audit.heads WHERE mode = 'test'", ChainFault.HeadChanged, 5)]
    [InlineData("UPDATE audit.heads SET hash = sha256('x') WHERE mode = 'test'", ChainFault.HeadChanged, 5)]
    [InlineData(
        "INSERT INTO audit.links SELECT row_id || 'x', merchant_id, mode, sequence, previous_hash, hash FROM audit.links WHERE row_id = " + Third,
        ChainFault.Inserted, 3)]
    [InlineData(
        "DELETE FROM audit.links WHERE sequence <= 2 AND mode = 'test'; DELETE FROM audit.rows WHERE object_id IN ('pay_1', 'pay_2') AND mode = 'test';"
        + " INSERT INTO audit.cuts SELECT merchant_id, mode, 2, previous_hash, audit.first_id(now()) FROM audit.links WHERE sequence = 3 AND mode = 'test'",
        ChainFault.BeginningCut, 2)]
    public async Task What_was_done_is_named_with_its_first_place(string sql, ChainFault fault, long sequence)
    {
        Assert.Null((await world.Verify(AuditWorld.Shop)).Broken);
        var rowId = await world.Scalar<string>($"SELECT row_id FROM audit.links WHERE mode = 'test' AND sequence = {sequence}");
        await world.Tamper(sql);
        var broken = (await world.Verify(AuditWorld.Shop)).Broken;
        Assert.NotNull(broken);
        Assert.Equal((fault, sequence), (broken.Fault, broken.Sequence));
        if (fault is ChainFault.Changed)
        {
            Assert.Equal(rowId, broken.RowId);
        }

        // The other merchant's chain is its own, unless a row was pushed into it.
        var other = (await world.Verify(AuditWorld.Other)).Broken;
        Assert.Equal(sql.Contains("MERCH_TG_002", StringComparison.Ordinal) ? ChainFault.Inserted : null, other?.Fault);
    }

    [Fact]
    public async Task A_row_that_was_inserted_in_between_is_named()
    {
        await world.Tamper(
            $"""
            INSERT INTO audit.rows (id, merchant_id, mode, created_at, actor, action, object_type, object_id, xid)
            SELECT left(id, 29) || '~', merchant_id, mode, created_at, actor, action, object_type, 'pay_forged', xid
            FROM audit.rows WHERE id = {Third}
            """);
        await world.Chainer.Run(CancellationToken.None);
        var broken = (await world.Verify(AuditWorld.Shop)).Broken;
        Assert.Equal(ChainFault.Inserted, broken!.Fault);
        Assert.EndsWith("~", broken.RowId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chain_that_was_written_anew_from_end_to_end_does_not_meet_its_anchor()
    {
        var noted = await world.Verify(AuditWorld.Shop);
        var anchor = new ChainAnchor(noted.Sequence, noted.Head);
        await world.Write(AuditWorld.Shop, 6);
        await world.Link();
        Assert.Null((await world.Verify(AuditWorld.Shop, anchor)).Broken);

        await world.Tamper("UPDATE audit.rows SET actor = 'nobody' WHERE object_id = 'pay_2' AND mode = 'test'");
        await world.Tamper("DELETE FROM audit.links WHERE mode = 'test'; DELETE FROM audit.heads WHERE mode = 'test'; UPDATE audit.progress SET xid = 0, row_id = ''");
        Assert.Equal(6, await world.Link());
        Assert.Null((await world.Verify(AuditWorld.Shop)).Broken);
        Assert.Equal((ChainFault.AnchorMissed, 5L), await Broken(anchor));
        Assert.Equal((ChainFault.AnchorMissed, 7L), await Broken(new(7, anchor.Hash)));

        async Task<(ChainFault, long?)> Broken(ChainAnchor one)
        {
            var broken = (await world.Verify(AuditWorld.Shop, one)).Broken!;
            return (broken.Fault, broken.Sequence);
        }
    }
}
