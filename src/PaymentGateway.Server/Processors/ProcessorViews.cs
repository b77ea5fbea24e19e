using System.Text.Json.Nodes;
using PaymentGateway.Connectors;
using PaymentGateway.Http;

namespace PaymentGateway.Processors;

/// <param name="Currencies">Null: every currency.</param>
/// <param name="NeedsAccount">Whether you need an account of your own there.</param>
/// <param name="Available">False while the processor does not answer and is left alone.</param>
/// <param name="Account">Null: you have none there.</param>
internal sealed record ProcessorView(
    string Processor, IReadOnlyList<string> Methods, IReadOnlyList<string>? Currencies, bool NeedsAccount, bool Available,
    IReadOnlyList<AccountFieldView> AccountFields, ProcessorAccountView? Account)
{
    public static ProcessorView Of(GuardedConnector connector, MerchantAccount? account, PublicAddress address) => new(
        connector.Name, [.. connector.Capabilities.Methods.Order(StringComparer.Ordinal)],
        connector.Capabilities.Currencies is { } currencies ? [.. currencies.Order(StringComparer.Ordinal)] : null,
        connector.AccountFields is not null, connector.IsAvailable,
        [.. (connector.AccountFields ?? []).Select(field => new AccountFieldView(field.Name, field.Meaning, field.IsSecret, field.IsRequired))],
        account is null ? null : ProcessorAccountView.Of(account, connector.AccountFields!, address));
}

internal sealed record AccountFieldView(string Name, string Meaning, bool Secret, bool Required);

/// <param name="Priority">The smaller is asked first.</param>
/// <param name="Fields">Of a secret only the last four characters.</param>
/// <param name="WebhookUrl">Where the processor is to send its messages.</param>
/// <param name="Source">api: you have set it; environment: whoever runs this server has, and it is changed there.</param>
public sealed record ProcessorAccountView(
    string Id, string Processor, string Source, bool Enabled, int Priority, IReadOnlyDictionary<string, string> Fields, string WebhookUrl,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    private const int SecretShown = 4;
    private const int SecretLengthMin = 12;

    internal static ProcessorAccountView Of(MerchantAccount account, IReadOnlyList<AccountField> known, PublicAddress address) => new(
        account.Id, account.Connector, account.IsFromEnvironment ? "environment" : "api", account.Enabled, account.Priority,
        account.Fields.OrderBy(field => field.Key, StringComparer.Ordinal)
            .ToDictionary(field => field.Key, field => known.Any(f => f.Name == field.Key && !f.IsSecret) ? field.Value : Masked(field.Value)),
        address.Link($"/api/payments/webhooks/{account.Connector}/{account.Id}"), account.CreatedAt, account.UpdatedAt);

    private static string Masked(string secret) => secret.Length < SecretLengthMin ? "***" : "***" + secret[^SecretShown..];
}

/// <summary>One try of a request to a processor.</summary>
/// <param name="Operation">What it was for.</param>
/// <param name="Key">Our key of the operation, by which the processor deduplicates: of a charge, a refund, a saved method.</param>
/// <param name="Attempt">1, and more where it was repeated with the same key.</param>
/// <param name="Path">Without query; tokens in it are cut.</param>
/// <param name="Status">Absent when there was no answer.</param>
/// <param name="ProcessorRequestId">What the processor's support asks for.</param>
/// <param name="Request">The names of its fields, and values that are no secret; absent where nothing was sent, or a file.</param>
/// <param name="Response">As request.</param>
internal sealed record RequestView(
    string Id, string Connector, string AccountId, string Operation, string? Key, string? ChargeId, int Attempt, string Method, string Path, int? Status,
    string Outcome, int DurationMs, string? ProcessorRequestId, JsonNode? Request, JsonNode? Response, DateTimeOffset CreatedAt)
{
    public const string IdPrefix = "preq";
}

/// <param name="Ok">null: the processor did not answer, which says nothing about the keys.</param>
internal sealed record ConnectionTestView(bool? Ok, string Message);

internal sealed record DeletedAccountView(string Id, bool Deleted);
