using PaymentGateway.Database;

namespace PaymentGateway.Connectors;

/// <summary>What a merchant has at a processor: its keys and names there. A connector is handed it and keeps nothing of it.</summary>
/// <param name="Id">Ours; it stands in the address that the processor writes to.</param>
/// <param name="Fields">By the names of <see cref="AccountField"/>, secrets among them. It prints as its id for that reason.</param>
public sealed record ProcessorAccount(string Id, Tenant Tenant, string Connector, IReadOnlyDictionary<string, string> Fields)
{
    public string? this[string field] => Fields.GetValueOrDefault(field);

    public override string ToString() => Id;
}

/// <summary>One of the things that a processor's account is made of.</summary>
/// <param name="Name">As in the API: <c>secretKey</c>.</param>
/// <param name="Meaning">For the merchant: what it is and where the processor shows it.</param>
/// <param name="IsSecret">Stored encrypted, and never shown again but for its last four characters.</param>
/// <param name="IsRequired">Without it nothing can be paid.</param>
/// <param name="Fault">What is wrong with a value, as <c>must …</c>; null when it can be right.</param>
public sealed record AccountField(string Name, string Meaning, bool IsSecret, bool IsRequired, Func<string, Mode, string?>? Fault = null);

/// <summary>What a connector has besides when each merchant has an account of its own at the processor.</summary>
public interface IAccountConnector
{
    IReadOnlyList<AccountField> AccountFields { get; }

    /// <summary>Asks the processor for something that moves nothing, to see whether the keys are taken.</summary>
    Task<ConnectionTest> TestConnection(ProcessorAccount account, CancellationToken cancel);
}

/// <param name="IsOk">Null: the processor did not answer, which says nothing about the keys.</param>
/// <param name="Sentence">For the merchant: what the processor said.</param>
public sealed record ConnectionTest(bool? IsOk, string Sentence);

/// <summary>Finds the accounts of merchants at processors.</summary>
public interface IProcessorAccounts
{
    /// <summary>The account, also one that takes no new payments; null: the merchant has none.</summary>
    ValueTask<ProcessorAccount?> Find(Tenant tenant, string connector);

    /// <summary>The connectors whose accounts take new payments, in the merchant's order.</summary>
    ValueTask<IReadOnlyList<string>> Enabled(Tenant tenant);

    /// <summary>For whom a message of a processor may be: the account of its address, or every account there, at most a hundred.</summary>
    Task<IReadOnlyList<ProcessorAccount>> Receivers(string connector, string? accountId, CancellationToken cancel);
}

/// <summary>There are no keys to call the processor with, so it was not called.</summary>
public sealed class NoProcessorAccountException(string connector) : Exception($"The merchant has no account at {connector}.");
