using PaymentGateway.Audit;

namespace PaymentGateway.Tests.Audit;

/// <summary>Every row is linked once, in an order that nothing can change afterwards, whatever else happens.</summary>
public sealed class ChainTests : IAsyncLifetime
{
    private AuditWorld world = null!;

    public async ValueTask InitializeAsync() => world = await AuditWorld.Create();

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task Rows_are_linked_in_their_order_for_each_merchant_and_mode()
    {
        await world.Write(AuditWorld.Shop, 1);
        await world.Write(AuditWorld.Other, 1);
        await world.Write(AuditWorld.Shop, 2);
        Assert.Equal(3, await world.Link());
        var shop = await world.Verify(AuditWorld.Shop);
        Assert.Null(shop.Broken);
        Assert.Equal((2, 2, 0), (shop.Rows, shop.Sequence, shop.Waiting));
        Assert.Equal(1, (await world.Verify(AuditWorld.Other)).Sequence);
        Assert.Equal(2, (await world.Verifier.VerifyAll(CancellationToken.None)).Count);
        Assert.Equal(["pay_1", "pay_2"], await world.Scalar<string[]>(
            "SELECT array_agg(r.object_id ORDER BY l.sequence) FROM audit.links l JOIN audit.rows r ON r.id = l.row_id WHERE l.merchant_id = 'MERCH_FH_001'"));
    }

    [Fact]
    public async Task A_row_that_commits_after_a_later_one_is_linked_in_its_place()
    {
        await using var connection = await world.Db.OpenSystem(CancellationToken.None);
        await using var slow = await connection.BeginTransactionAsync();
        await using var insert = connection.CreateCommand();
        insert.CommandText =
            """
            INSERT INTO audit.rows (id, merchant_id, mode, created_at, actor, action, object_type, object_id)
            VALUES (audit.first_id(now()), 'MERCH_FH_001', 'test', date_trunc('second', now()), 'worker', 'payment.outcome', 'payment', 'pay_slow')
            """;
        await insert.ExecuteNonQueryAsync();
        await world.Write(AuditWorld.Shop, 2);
        Assert.Equal(0, await world.Chainer.Run(CancellationToken.None));
        Assert.Equal(1, (await world.Verify(AuditWorld.Shop)).Waiting);
        await slow.CommitAsync();
        Assert.Equal(2, await world.Link());
        Assert.Null((await world.Verify(AuditWorld.Shop)).Broken);
        Assert.Equal("pay_slow", await world.Scalar<string>(
            "SELECT r.object_id FROM audit.links l JOIN audit.rows r ON r.id = l.row_id WHERE l.sequence = 1"));
    }

    [Fact]
    public async Task Thirty_two_writers_and_three_chainers_leave_one_whole_chain()
    {
        var writing = Task.WhenAll(Enumerable.Range(0, 32).Select(async writer =>
        {
            for (var i = 0; i < 10; i++)
            {
                await world.Write(writer % 4 == 0 ? AuditWorld.Other : AuditWorld.Shop, (writer * 100) + i);
            }
        }));
        var linking = Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            while (!writing.IsCompleted)
            {
                await world.Chainer.Run(CancellationToken.None);
            }
        }));
        await Task.WhenAll(writing, linking);
        await world.Link();
        foreach (var (tenant, rows) in new[] { (AuditWorld.Shop, 240), (AuditWorld.Other, 80) })
        {
            var report = await world.Verify(tenant);
            Assert.Null(report.Broken);
            Assert.Equal((rows, rows, 0), (report.Rows, report.Sequence, report.Waiting));
        }

        // Nothing overtakes: what was written earlier by one writer stands earlier.
        Assert.Equal(0, await world.Scalar<long>(
            """
            SELECT count(*) FROM audit.links a JOIN audit.rows ra ON ra.id = a.row_id
            JOIN audit.links b ON b.merchant_id = a.merchant_id JOIN audit.rows rb ON rb.id = b.row_id
            WHERE ra.xid < rb.xid AND a.sequence > b.sequence
            """));
    }

    [Fact]
    public async Task A_chainer_that_dies_in_the_middle_leaves_nothing_and_the_next_goes_on()
    {
        await world.WriteAndLink(AuditWorld.Shop, 3);
        await world.Write(AuditWorld.Shop, 4);
        var store = new AuditChainStore(world.Db);
        await using (var dying = await store.TryBegin(CancellationToken.None))
        {
            var rows = await dying!.Next(10, CancellationToken.None);
            var heads = (await dying.Heads([AuditWorld.Shop], CancellationToken.None)).ToDictionary(head => head.Tenant);
            await dying.Add(AuditChainer.Link(rows, heads), heads.Values, CancellationToken.None);

            // Another replica does not wait, and does not do it twice.
            Assert.Equal(0, await world.Chainer.Run(CancellationToken.None));
        }

        Assert.Equal(3, (await world.Verify(AuditWorld.Shop)).Sequence);
        Assert.Equal(1, await new AuditChainer(world.Db).Run(CancellationToken.None) is var linked and > 0 ? linked : await world.Link());
        var report = await world.Verify(AuditWorld.Shop);
        Assert.Null(report.Broken);
        Assert.Equal(4, report.Sequence);
    }

    [Fact]
    public async Task More_rows_than_a_round_takes_are_linked_all()
    {
        await world.Execute(
            $"""
            INSERT INTO audit.rows (id, merchant_id, mode, created_at, actor, action, object_type, object_id)
            SELECT 'aud_' || lpad(n::text, 26, '0'), 'MERCH_FH_001', 'test', date_trunc('second', now()), 'system', 'a.b', 'a', n::text
            FROM generate_series(1, {AuditChainer.RowsMax + 1}) AS n
            """);
        Assert.Equal(AuditChainer.RowsMax + 1, await world.Link());
        Assert.Null((await world.Verify(AuditWorld.Shop)).Broken);
    }

    [Fact]
    public async Task A_database_restored_into_a_new_cluster_goes_on_with_its_chain()
    {
        await world.WriteAndLink(AuditWorld.Shop, 2);
        await world.Write(AuditWorld.Shop, 3);

        // A dump brings the numbers of the old cluster's transactions, which were much further on.
        await world.Tamper("UPDATE audit.rows SET xid = xid + 1000000000");
        await world.Tamper("UPDATE audit.progress SET xid = xid + 1000000000");
        Assert.Null((await world.Verify(AuditWorld.Shop)).Broken);
        await world.Write(AuditWorld.Shop, 4);
        Assert.Equal(2, await world.Link());
        await world.Write(AuditWorld.Shop, 5);
        Assert.Equal(1, await world.Link());
        var report = await world.Verify(AuditWorld.Shop);
        Assert.Null(report.Broken);
        Assert.Equal(5, report.Sequence);

        // Once the counter of the new cluster reaches the old numbers, those rows are not linked a second time.
        await world.Tamper("UPDATE audit.rows SET xid = xid - 1000000000 WHERE xid > 1000000000");
        await world.Tamper("UPDATE audit.progress SET xid = 0, row_id = ''");
        Assert.Equal(0, await world.Link());
        Assert.Null((await world.Verify(AuditWorld.Shop)).Broken);
    }

    [Fact]
    public void The_hash_is_the_documented_one()
    {
        // Computed with another program from docs/audit.md: see the example there.
        var row = new AuditRow
        {
            Id = "aud_01m7y68xk3e9v8c0r5n7w2q4tb",
            MerchantId = "MERCH_FH_001",
            Mode = PaymentGateway.Database.Mode.Test,
            CreatedAt = DateTimeOffset.Parse("2026-11-21T09:36:44.803Z", System.Globalization.CultureInfo.InvariantCulture),
            Actor = "checkout",
            Address = null,
            Action = "payment.confirm",
            ObjectType = "payment",
            ObjectId = "pay_01m7y68xjzf8f9p0apjwr82xsa",
            Before = null,
            After = "{\"status\":\"authorizing\",\"note\":\"é\"}",
            RequestId = "req_1",
        };
        Assert.Equal("ca7a350ee3c77e8487a5548016aec19368ad54c15679d9c7f3a4501bb8eece0c", AuditHash.Text(AuditHash.Of(AuditHash.Genesis, 1, row)));
    }
}
