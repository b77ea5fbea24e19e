using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using PaymentGateway.Http;
using PaymentGateway.Identity;
using PaymentGateway.Receipts;

namespace PaymentGateway.Courses;

/// <summary>Whom the receipt of a course names.</summary>
/// <param name="Name">1 to 120 characters.</param>
/// <param name="Address">One to four lines, without the PIN.</param>
/// <param name="State">The two digits of GST, such as 27: it is the place of supply.</param>
/// <param name="Pin">Six digits.</param>
/// <param name="Gstin">Of a buyer who is registered; its state must be the state.</param>
internal sealed record BillingBody(string? Name, IReadOnlyList<string>? Address, string? State, string? Pin, string? Gstin);

/// <summary>Whom the receipt of a course names, as it was checked. It prints as nothing, since it is about a person.</summary>
internal sealed record Billing(string Name, IReadOnlyList<string> Address, string State, string Pin, string? Gstin)
{
    [JsonIgnore]
    public ReceiptBuyer Buyer => new(Name, [.. Address, $"PIN {Pin}"], State, Gstin);

    public bool IsSame(Billing other) => Buyer.Address.SequenceEqual(other.Buyer.Address) && this with { Address = other.Address } == other;

    public override string ToString() => nameof(Billing);
}

/// <summary>The rules of a billing address: those of receipts, and all of it.</summary>
internal static partial class BillingFields
{
    private const int LinesMax = 4;

    /// <summary>From this total on a receipt must name its buyer, so it is asked for before anything is paid.</summary>
    public static readonly Money NeededFrom = Money.FromMajor(50_000, Currency.INR);

    public static void Check(BillingBody? body, FieldFaults faults)
    {
        if (body is null)
        {
            return;
        }

        BuyerFields.Check("billing", new(body.Name ?? "", body.Address ?? [], body.State, body.Gstin), faults);
        faults.AddUnless(body.Address is { Count: >= 1 and <= LinesMax }, "billing.address", $"must have 1 to {LinesMax} lines");
        faults.AddUnless(body.State is not null, "billing.state", "is required: the two digits of a state, such as 27");
        faults.AddUnless(body.Pin is not null && PinPattern().IsMatch(body.Pin), "billing.pin", "must be six digits, such as 411004");
    }

    /// <summary>After <see cref="Check"/>.</summary>
    public static Billing? Of(BillingBody? body) => body is null
        ? null
        : new(body.Name!.Trim(), [.. body.Address!.Select(line => line.Trim())], body.State!, body.Pin!, body.Gstin);

    public static Refusal Needed() => Refusal.Field(
        "billing", $"is required from a total of {NeededFrom} on, since the receipt must name the buyer: name, address, state and pin");

    [GeneratedRegex(@"^[1-9][0-9]{5}\z")]
    private static partial Regex PinPattern();
}

/// <summary>Keeps billing addresses where nobody reads them by chance.</summary>
internal sealed partial class BillingVault(SecretVault vault, ILogger<BillingVault> log)
{
    internal static SealedColumn Sealed { get; } = new("courses.transactions", ["id"], "billing", ["id"], row => PurposeOf(row[0]));

    public string? Seal(string transactionId, Billing? billing) =>
        billing is null ? null : vault.Encrypt(PurposeOf(transactionId), JsonSerializer.Serialize(billing, Json.Options));

    /// <returns>Null also when it cannot be opened: money that was taken counts, whether or not its receipt can name somebody.</returns>
    public Billing? Open(CourseTransaction transaction)
    {
        try
        {
            return transaction.SealedBilling is { } text
                ? JsonSerializer.Deserialize<Billing>(vault.Decrypt(PurposeOf(transaction.Id), text), Json.Options)
                : null;
        }
        catch (SecretUnreadableException e)
        {
            LogUnreadable(e, transaction.Id);
            return null;
        }
    }

    private static string PurposeOf(string transactionId) => $"courses.billing/{transactionId}";

    [LoggerMessage(LogLevel.Error, "The billing address of course payment {TransactionId} cannot be opened")]
    private partial void LogUnreadable(Exception e, string transactionId);
}
