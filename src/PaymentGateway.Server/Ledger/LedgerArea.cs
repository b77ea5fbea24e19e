namespace PaymentGateway.Ledger;

public static class LedgerArea
{
    public static IServiceCollection AddLedger(this IServiceCollection services) => services
        .AddSingleton<LedgerStore>()
        .AddSingleton<BookVerifier>()
        .AddSingleton<LedgerCheckpoints>()
        .AddHostedService(provider => provider.GetRequiredService<LedgerCheckpoints>());

    /// <summary>Registers what must hold between an area and the book.</summary>
    public static IServiceCollection AddBookChecks(this IServiceCollection services, IEnumerable<BookCheck> checks)
    {
        foreach (var check in checks)
        {
            services.AddSingleton(check);
        }

        return services;
    }
}
