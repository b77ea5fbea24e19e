using System.Text.RegularExpressions;
using PaymentGateway.Clocks;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>A card as the customer typed it. Prints nothing, so that it cannot reach a log.</summary>
internal sealed record TypedCard(string? Number, string? Expiry, string? Cvv, string? Name)
{
    public override string ToString() => nameof(TypedCard);
}

/// <summary>Turns published test numbers into tokens, and no other number.</summary>
internal sealed partial class SandboxTokenizer(SandboxStore store, SandboxKeys keys, MerchantClocks clocks)
{
    public static readonly TimeSpan TokenTime = TimeSpan.FromHours(1);

    private const int NameLengthMax = 100;

    /// <summary>Refuses with INVALID_CARD when only the number is wrong, otherwise with VALIDATION_FAILED and every faulty field.</summary>
    public async Task<Outcome<CardToken>> Tokenize(Tenant tenant, TypedCard typed, CancellationToken cancel)
    {
        if (tenant.Mode != Mode.Test)
        {
            return new Refusal(Errors.UnauthorizedAccess, "The sandbox's tokenizer takes test keys only.");
        }

        var card = TestCards.Find(Separators().Replace(typed.Number ?? "", ""));
        if (card is null || FaultsBesideNumber(typed).Count > 0)
        {
            return RefusalOf(card, FaultsBesideNumber(typed));
        }

        var token = NewToken(tenant, card, typed);
        await store.AddToken(token, cancel);
        return token;
    }

    private CardToken NewToken(Tenant tenant, TestCard card, TypedCard typed) => new()
    {
        Id = Id.New("tok", clocks.Real),
        Tenant = tenant,
        Network = card.Network,
        Last4 = card.Last4,
        Funding = card.Funding,
        Expiry = ExpiryOf(typed.Expiry!)!,
        Name = string.IsNullOrWhiteSpace(typed.Name) ? null : typed.Name.Trim(),
        Behaviour = card.Behaviour.Name,
        Bank = card.Bank,
        Fingerprint = keys.FingerprintOf(tenant, card.Number),
        ExpiresAt = clocks.Now(tenant) + TokenTime,
    };

    private static Refusal RefusalOf(TestCard? card, Dictionary<string, List<string>> faults)
    {
        if (faults.Count == 0)
        {
            return Refusal.Field(Errors.InvalidCard, "card.number", "is not one of the sandbox's test numbers");
        }

        if (card is null)
        {
            faults["card.number"] = ["is not one of the sandbox's test numbers"];
        }

        return Refusal.Fields(Errors.ValidationFailed, faults);
    }

    /// <summary>An expiry in the past is fine: the guides' test cards have one.</summary>
    private static Dictionary<string, List<string>> FaultsBesideNumber(TypedCard typed)
    {
        var faults = new Dictionary<string, List<string>>();
        if (ExpiryOf(typed.Expiry) is null)
        {
            faults["card.expiry"] = ["must be a month and a year, such as 12/25"];
        }

        if (!Cvv().IsMatch(typed.Cvv ?? ""))
        {
            faults["card.cvv"] = ["must be 3 or 4 digits"];
        }

        if (typed.Name is { } name && (name.Length > NameLengthMax || name.Any(char.IsControl) || CardDataGuard.HoldsCardNumber(name)))
        {
            faults["card.name"] = [$"must be the name on the card, at most {NameLengthMax} characters"];
        }

        return faults;
    }

    private static string? ExpiryOf(string? typed) =>
        Expiry().Match(typed ?? "") is { Success: true } match ? $"{match.Groups[1].Value}/{match.Groups[2].Value}" : null;

    [GeneratedRegex(@"[ -]")]
    private static partial Regex Separators();

    [GeneratedRegex(@"\A\s*(0[1-9]|1[0-2])\s*/\s*(?:20)?([0-9]{2})\s*\z")]
    private static partial Regex Expiry();

    [GeneratedRegex(@"\A[0-9]{3,4}\z")]
    private static partial Regex Cvv();
}
