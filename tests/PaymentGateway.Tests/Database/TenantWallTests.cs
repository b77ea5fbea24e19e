using Dapper;
using Npgsql;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Database;

/// <summary>
/// Tries every table, view and function that the migrations made, as pg_catalog tells: what a merchant's connection can
/// read is behind the policy, and everything else it cannot read. New tables are covered without a word here.
/// </summary>
public sealed class TenantWallTests
{
    private const string Policy =
        "((merchant_id = current_setting('gateway.merchant_id'::text, true)) AND (mode = current_setting('gateway.mode'::text, true)))";

    // Relations of every kind that holds rows. A view is read with its owner's eyes unless it says security_invoker.
    private const string SelectRelations = """
        SELECT
            c.oid::regclass::text AS name,
            has_any_column_privilege('paymentgateway_merchant', c.oid, 'SELECT') AS is_readable,
            has_any_column_privilege('paymentgateway_merchant', c.oid, 'INSERT, UPDATE')
                OR has_table_privilege('paymentgateway_merchant', c.oid, 'DELETE, TRUNCATE') AS is_writable,
            c.relkind = 'v' AND coalesce(c.reloptions @> ARRAY['security_invoker=true'], false) AS is_invokers_view,
            c.relkind IN ('r', 'p') AND c.relrowsecurity AS has_security,
            (SELECT string_agg(pg_get_expr(polqual, polrelid), ' OR ') FROM pg_policy WHERE polrelid = c.oid) AS policies
        FROM pg_class AS c
        JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
            AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
            AND n.nspname NOT LIKE 'pg_temp%'
        ORDER BY name
        """;

    private const string SelectFunctionsWithOwnersRights = """
        SELECT p.oid::regprocedure::text
        FROM pg_proc AS p
        JOIN pg_namespace AS n ON n.oid = p.pronamespace
        WHERE p.prosecdef
            AND n.nspname NOT IN ('pg_catalog', 'information_schema')
            AND has_function_privilege('paymentgateway_merchant', p.oid, 'EXECUTE')
        """;

    [Fact]
    public async Task Every_table_is_behind_the_wall_or_out_of_reach()
    {
        await using var database = await TestDatabase.Create();
        Assert.Empty(await Holes(database.Db));
    }

    [Fact]
    public async Task Every_table_shows_the_tenants_rows_only()
    {
        await using var database = await TestDatabase.Create();
        foreach (var relation in await Relations(database.Db))
            Assert.Null(await ForeignRows(database.Db, relation, new Tenant("MERCH_FH_001", Mode.Test)));
    }

    [Theory]
    [InlineData("CREATE TABLE public.t (id int); GRANT SELECT ON public.t TO paymentgateway_merchant", "public.t")]
    [InlineData("CREATE TABLE public.t (id int, note text); GRANT SELECT (note) ON public.t TO PUBLIC", "public.t")]
    [InlineData("""
        CREATE TABLE public.t (merchant_id text NOT NULL, mode text NOT NULL);
        SELECT gateway.protect('public.t');
        CREATE POLICY more ON public.t FOR SELECT USING (true)
        """, "public.t")]
    [InlineData("""
        CREATE TABLE public.t (merchant_id text NOT NULL, mode text NOT NULL);
        SELECT gateway.protect('public.t');
        ALTER TABLE public.t DISABLE ROW LEVEL SECURITY
        """, "public.t")]
    [InlineData("""
        CREATE TABLE public.t (merchant_id text NOT NULL, mode text NOT NULL);
        SELECT gateway.protect('public.t');
        GRANT DELETE ON public.t TO paymentgateway_merchant
        """, "public.t")]
    [InlineData("CREATE VIEW public.v AS SELECT * FROM gateway.migrations; GRANT SELECT ON public.v TO PUBLIC", "public.v")]
    [InlineData("CREATE FUNCTION public.f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'", "public.f()")]
    public async Task A_hole_in_the_wall_is_found(string migration, string hole)
    {
        await using var database = await TestDatabase.Create();
        await using (var system = await database.Db.OpenSystem(default))
            await system.ExecuteAsync(migration);
        var schemaless = hole["public.".Length..];
        Assert.Contains(await Holes(database.Db), found => found == hole || found == schemaless);
    }

    private static async Task<IReadOnlyList<string>> Holes(Db db)
    {
        await using var system = await db.OpenSystem(default);
        var functions = await system.QueryAsync<string>(SelectFunctionsWithOwnersRights);
        return [.. (await Relations(db)).Where(relation => !relation.IsSafe).Select(relation => relation.Name), .. functions];
    }

    private static async Task<IReadOnlyList<Relation>> Relations(Db db)
    {
        await using var system = await db.OpenSystem(default);
        return (await system.QueryAsync<Relation>(SelectRelations)).AsList();
    }

    // What went wrong, or null.
    private static async Task<string?> ForeignRows(Db db, Relation relation, Tenant tenant)
    {
        await using var connection = await db.OpenForMerchant(tenant, default);
        var sql = relation.IsReadable
            ? $"SELECT count(*) FROM {relation.Name} WHERE merchant_id <> @MerchantId OR mode <> @mode"
            : $"SELECT count(*) FROM {relation.Name}";
        try
        {
            var foreign = await connection.ExecuteScalarAsync<long>(sql, new { tenant.MerchantId, mode = tenant.Mode.ToSql() });
            if (!relation.IsReadable) return $"{relation.Name} can be read";
            return foreign == 0 ? null : $"{relation.Name} shows {foreign} rows of others";
        }
        catch (PostgresException refusal) when (refusal.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return relation.IsReadable ? $"{relation.Name} cannot be read after all" : null;
        }
    }

    private sealed record Relation(
        string Name, bool IsReadable, bool IsWritable, bool IsInvokersView, bool HasSecurity, string? Policies)
    {
        public bool IsSafe => !IsWritable && (!IsReadable || IsInvokersView || (HasSecurity && Policies == Policy));
    }
}
