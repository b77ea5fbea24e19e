using Npgsql;

namespace PaymentGateway.Database;

/// <summary>What our pools want where the operator's connection string is silent.</summary>
internal static class PoolSettings
{
    internal static string ForSystem(string connectionString)
    {
        var settings = Shared(connectionString);
        Prefer(settings, "Application Name", "paymentgateway");
        return settings.ConnectionString;
    }

    /// <summary>
    /// Few connections write all changes, so each keeps its plans and what it knows of the tables, and is not one of many that take turns. Every
    /// row is found by its key. PostgreSQL would plan such a statement anew each time, since with so few rows a plan for just these seems to be
    /// worth it; and while the tables are new it would keep one that reads them whole, which stays until their statistics change. Without
    /// sequential scans PostgreSQL before 18 takes every plan that has one for huge, and would compile it.
    /// </summary>
    internal static string ForCommits(string connectionString)
    {
        var settings = Shared(connectionString);
        Prefer(settings, "Application Name", "paymentgateway-commits");
        settings.Options = $"{settings.Options} -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c jit=off".TrimStart();
        return settings.ConnectionString;
    }

    internal static string ReadOnly(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        settings.Options = $"{settings.Options} -c default_transaction_read_only=on".TrimStart();
        return settings.ConnectionString;
    }

    internal static string ForMerchants(string connectionString)
    {
        var settings = Shared(connectionString);
        Prefer(settings, "Application Name", "paymentgateway-merchant");
        settings.Options = $"{settings.Options} -c role={Db.MerchantRole} -c default_transaction_read_only=on".TrimStart();
        return settings.ConnectionString;
    }

    private static NpgsqlConnectionStringBuilder Shared(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        Prefer(settings, "Maximum Pool Size", 40);
        Prefer(settings, "Max Auto Prepare", 200);
        Prefer(settings, "Auto Prepare Min Usages", 2);
        // No choice here. Npgsql's reset begins with SET SESSION AUTHORIZATION DEFAULT, which makes a merchant's
        // connection the owner's again; and it costs the server seven statements before each first query.
        settings.NoResetOnClose = true;
        return settings;
    }

    private static void Prefer(NpgsqlConnectionStringBuilder settings, string keyword, object value)
    {
        if (!settings.ShouldSerialize(keyword)) settings[keyword] = value;
    }
}
