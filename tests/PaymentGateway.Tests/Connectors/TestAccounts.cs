using PaymentGateway.Connectors;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Connectors;

/// <summary>Accounts at processors without a database, in the order given.</summary>
internal sealed class TestAccounts(params IReadOnlyList<ProcessorAccount> accounts) : IProcessorAccounts
{
    public ValueTask<ProcessorAccount?> Find(Tenant tenant, string connector) =>
        ValueTask.FromResult(accounts.FirstOrDefault(account => account.Tenant == tenant && account.Connector == connector));

    public ValueTask<IReadOnlyList<string>> Enabled(Tenant tenant) =>
        ValueTask.FromResult<IReadOnlyList<string>>([.. accounts.Where(account => account.Tenant == tenant).Select(account => account.Connector)]);

    public Task<IReadOnlyList<ProcessorAccount>> Receivers(string connector, string? accountId, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<ProcessorAccount>>(
            [.. accounts.Where(account => account.Connector == connector && (accountId is null || account.Id == accountId))]);
}
