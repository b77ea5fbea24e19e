using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Merchants;
using PaymentGateway.Settings;

namespace PaymentGateway.Processors;

/// <summary>Accounts whose keys the operator has set in the environment, for a house with one merchant. Known once the server has started.</summary>
internal sealed class EnvironmentAccounts
{
    private IReadOnlyList<MerchantAccount> all = [];

    public IEnumerable<MerchantAccount> Of(Tenant tenant) => all.Where(account => account.Tenant == tenant);

    /// <summary>Those that a message may be for.</summary>
    public IEnumerable<MerchantAccount> Of(string connector, string? accountId) =>
        all.Where(account => account.Connector == connector && (accountId is null || account.Id == accountId));

    public void Set(IReadOnlyList<MerchantAccount> accounts) => all = accounts;
}

/// <summary>What the variables amount to: pure.</summary>
internal static class EnvironmentKeys
{
    /// <summary>The same at every start, since the address of webhooks has it. A processor has one at most for each mode.</summary>
    public static string IdOf(Mode mode) => $"{MerchantAccount.IdPrefix}_env_{mode.ToSql()}";

    /// <summary>The account at one processor; null when nothing of it is set.</summary>
    /// <param name="merchantId">Whose it is.</param>
    /// <param name="keys">Of this processor, also those that are not set.</param>
    /// <param name="known">What its accounts are made of.</param>
    /// <param name="stated">The mode, where the keys do not tell it.</param>
    /// <param name="when">The start of the server.</param>
    /// <exception cref="StartupException">A key is missing or wrong; the message names its variable, and never its value.</exception>
    public static MerchantAccount? Account(
        string merchantId, IReadOnlyList<ProcessorKey> keys, IReadOnlyList<AccountField> known, Mode? stated, DateTimeOffset when)
    {
        var set = keys.Where(key => key.Value is not null).ToList();
        if (set.Count == 0)
        {
            return null;
        }

        var mode = stated ?? ModeOf(set, known);
        var faults = keys.Select(key => FaultOf(key, known.Single(field => field.Name == key.Field), mode, set[0])).OfType<string>().ToList();
        return faults.Count > 0
            ? throw new StartupException(string.Join(Environment.NewLine, faults))
            : new(
                IdOf(mode), new(merchantId, mode), set[0].Processor, Version: 1, Enabled: true, ProcessorDecisions.PriorityOtherwise,
                set.ToDictionary(key => key.Field, key => key.Value!), when, when, IsFromEnvironment: true);
    }

    /// <summary>The mode in which the keys without which nothing can be paid are right; of wrong ones test mode tells what is wrong.</summary>
    private static Mode ModeOf(List<ProcessorKey> set, IReadOnlyList<AccountField> known) => new[] { Mode.Test, Mode.Live }.FirstOrDefault(
        mode => set.All(key => known.Single(field => field.Name == key.Field) is var field && (!field.IsRequired || field.Fault?.Invoke(key.Value!, mode) is null)));

    private static string? FaultOf(ProcessorKey key, AccountField field, Mode mode, ProcessorKey first) => key.Value switch
    {
        null when field.IsRequired => $"{key.Variable} is missing: {first.Variable} is set, and both are needed",
        { } value when field.Fault?.Invoke(value, mode) is { } fault => $"{key.Variable} {fault}",
        _ => null,
    };
}

/// <summary>Reads the accounts of the environment before the server takes requests, and refuses to start with wrong ones.</summary>
internal sealed partial class EnvironmentAccountsStart(
    ProcessorSettings settings, EnvironmentAccounts accounts, ConnectorRegistry connectors, MerchantStore merchants, TimeProvider clock,
    ILogger<EnvironmentAccountsStart> log) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.Keys.FirstOrDefault(key => key.Value is not null) is not { } first)
        {
            return;
        }

        var merchantId = await MerchantOf(first, cancellationToken);
        accounts.Set([.. settings.Keys.GroupBy(key => key.Processor).Select(keys => EnvironmentKeys.Account(
            merchantId, [.. keys], connectors.Find(keys.Key)!.AccountFields!,
            settings.KeyModes.TryGetValue(keys.Key, out var mode) ? mode : null, clock.GetUtcNow())).OfType<MerchantAccount>()]);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<string> MerchantOf(ProcessorKey first, CancellationToken cancel)
    {
        var some = await merchants.FindSome(max: 2, cancel);
        if (settings.MerchantId is { } named)
        {
            if (some.Count == 0)
            {
                LogNotThereYet(named);
                return named;
            }

            return await merchants.Find(new(named, Mode.Test)) is null && await merchants.Find(new(named, Mode.Live)) is null
                ? throw new StartupException($"PROCESSORS_MERCHANT must name a merchant, and {named} is none here")
                : named;
        }

        return some switch
        {
            [var only] => only,
            [] => throw new StartupException(
                $"{first.Variable} is set, and there is no merchant yet whose account it could be: make one with 'merchant create', "
                + "or name the one to come in PROCESSORS_MERCHANT"),
            _ => throw new StartupException($"{first.Variable} is set, and there are several merchants: name the one whose account it is in PROCESSORS_MERCHANT"),
        };
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "PROCESSORS_MERCHANT names {MerchantId}, which is not there yet: the keys wait for it")]
    private partial void LogNotThereYet(string merchantId);
}
