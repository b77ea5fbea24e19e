using Npgsql;

namespace PaymentGateway.Tests.Audit;

/// <summary>Nothing that the server or an operator runs by mistake takes a row back.</summary>
public sealed class AuditWallTests : IAsyncLifetime
{
    private AuditWorld world = null!;

    public async ValueTask InitializeAsync()
    {
        world = await AuditWorld.Create();
        await world.WriteAndLink(AuditWorld.Shop, 2);
        await world.Execute("INSERT INTO audit.cuts VALUES ('m', 'test', 1, sha256(''), 'aud_')");
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Theory]
    [InlineData("UPDATE audit.rows SET actor = 'nobody'")]
    [InlineData("DELETE FROM audit.rows")]
    [InlineData("TRUNCATE audit.rows")]
    [InlineData("UPDATE audit.rows_default SET actor = 'nobody'")]
    [InlineData("DELETE FROM audit.rows_default")]
    [InlineData("TRUNCATE audit.rows_default")]
    [InlineData("UPDATE audit.links SET sequence = sequence + 1")]
    [InlineData("DELETE FROM audit.links")]
    [InlineData("TRUNCATE audit.links")]
    [InlineData("DELETE FROM audit.links_default")]
    [InlineData("DELETE FROM audit.heads")]
    [InlineData("TRUNCATE audit.heads")]
    [InlineData("UPDATE audit.heads SET sequence = 1")]
    [InlineData("UPDATE audit.heads SET hash = sha256('')")]
    [InlineData("UPDATE audit.heads SET merchant_id = 'else', sequence = 99")]
    [InlineData("UPDATE audit.cuts SET sequence = 2")]
    [InlineData("DELETE FROM audit.cuts")]
    public async Task A_row_is_never_changed_or_removed(string sql)
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() => world.Execute(sql));
        Assert.Equal("the_audit_trail_is_immutable", refused.ConstraintName);
    }

    [Fact]
    public async Task Every_month_has_the_wall_of_its_parent()
    {
        var months = (await world.Scalar<string[]>(
            "SELECT array_agg(inhrelid::regclass::text) FROM pg_inherits WHERE inhparent IN ('audit.rows'::regclass, 'audit.links'::regclass)"))!;
        Assert.True(months.Length >= 8, string.Join(", ", months));
        foreach (var month in months)
        {
            foreach (var sql in new[] { $"DELETE FROM {month}", $"TRUNCATE {month}", $"UPDATE {month} SET mode = 'live'" })
            {
                var refused = await Assert.ThrowsAsync<PostgresException>(() => world.Execute(sql));
                Assert.Equal("the_audit_trail_is_immutable", refused.ConstraintName);
            }
        }
    }

    [Fact]
    public async Task A_row_is_linked_once()
    {
        await Assert.ThrowsAsync<PostgresException>(() => world.Execute(
            "INSERT INTO audit.links SELECT row_id, merchant_id, mode, sequence + 100, previous_hash, hash FROM audit.links LIMIT 1"));
    }
}
