using System.Collections.Frozen;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>What a test card does when it is charged.</summary>
/// <param name="Name">Stored with the token, in place of the number.</param>
/// <param name="Authentication">What its issuer says of the card holder; null: it is not asked unless somebody wishes it.</param>
/// <param name="Asks">What a charge of it does as if its request had asked for it.</param>
internal sealed record CardBehaviour(string Name, AcsOutcome? Authentication = null, Decline? Decline = null, string? Asks = null);

/// <param name="Bank">The code of the pretended issuer, as it would be known by the number; null: not known.</param>
internal sealed record TestCard(string Number, string Network, string Funding, CardBehaviour Behaviour, string? Bank = null)
{
    public string Last4 => Number[^4..];
}

/// <summary>
/// Every card number that the sandbox takes. All are published by processors as test numbers, so no real card can get in.
/// The 3-D Secure numbers are those of CyberSource's test pages, most declines those of Stripe's.
/// </summary>
internal static class TestCards
{
    private static readonly CardBehaviour Succeeds = new("succeeds");
    private static readonly CardBehaviour Challenge = new("challenge", AcsOutcome.Challenge);
    private static readonly CardBehaviour ChallengeFails = new("challenge_fails", AcsOutcome.ChallengeFails);
    private static readonly CardBehaviour Frictionless = new("three_d_secure_frictionless", AcsOutcome.Frictionless);
    private static readonly CardBehaviour Attempted = new("three_d_secure_attempted", AcsOutcome.Attempted);
    private static readonly CardBehaviour Unavailable = new("three_d_secure_unavailable", AcsOutcome.Unavailable);
    private static readonly CardBehaviour NotAuthenticated = new("three_d_secure_failed", AcsOutcome.NotAuthenticated);
    private static readonly CardBehaviour Rejected = new("three_d_secure_rejected", AcsOutcome.Rejected);
    private static readonly CardBehaviour ThreeDSecureError = new("three_d_secure_error", AcsOutcome.SystemError);
    private static readonly CardBehaviour Declined = Declines("generic_decline", Errors.CardDeclined);
    private static readonly CardBehaviour NoFunds = Declines("insufficient_funds", Errors.InsufficientFunds);
    private static readonly CardBehaviour Lost = Declines("lost_card", Errors.CardDeclined);
    private static readonly CardBehaviour Stolen = Declines("stolen_card", Errors.CardDeclined);
    private static readonly CardBehaviour Expired = Declines("expired_card", Errors.CardExpired);
    private static readonly CardBehaviour WrongCvv = Declines("incorrect_cvc", Errors.InvalidCvv);
    private static readonly CardBehaviour ProcessingError = Declines("processing_error", Errors.ProcessingError);
    private static readonly CardBehaviour OverLimit = Declines("card_velocity_exceeded", Errors.LimitExceeded);
    private static readonly CardBehaviour Disputed = new(SandboxBehaviour.Disputed, Asks: SandboxBehaviour.Disputed);
    private static readonly CardBehaviour NotReceived = new(SandboxBehaviour.DisputedNotReceived, Asks: SandboxBehaviour.DisputedNotReceived);
    private static readonly CardBehaviour Inquiry = new(SandboxBehaviour.Inquiry, Asks: SandboxBehaviour.Inquiry);
    private static readonly CardBehaviour Fraud = Declines("fraudulent", Errors.SuspectedFraud);

    public static IReadOnlyList<TestCard> All { get; } =
    [
        new("4111111111111111", "visa", "credit", Succeeds, "HDFC"),
        new("4242424242424242", "visa", "credit", Succeeds, "ICIC"),
        new("4012888888881881", "visa", "credit", Succeeds),
        new("4000056655665556", "visa", "debit", Succeeds, "HDFC"),
        new("5555555555554444", "mastercard", "credit", Succeeds, "UTIB"),
        new("2223003122003222", "mastercard", "credit", Succeeds),
        new("5200828282828210", "mastercard", "debit", Succeeds),
        new("5105105105105100", "mastercard", "prepaid", Succeeds),
        new("378282246310005", "amex", "credit", Succeeds),
        new("371449635398431", "amex", "credit", Succeeds),
        new("6082015309577308", "rupay", "credit", Succeeds, "SBIN"),
        new("6074825972083818", "rupay", "debit", Succeeds, "SBIN"),
        new("6011111111111117", "discover", "credit", Succeeds),
        new("6011000990139424", "discover", "credit", Succeeds),
        new("3056930009020004", "diners", "credit", Succeeds),
        new("3566002020360505", "jcb", "credit", Succeeds),
        new("3530111333300000", "jcb", "credit", Succeeds),
        new("6200000000000005", "unionpay", "credit", Succeeds),

        new("4000000000000002", "visa", "credit", Declined),
        new("4000000000000341", "visa", "credit", NoFunds),
        new("4000000000009995", "visa", "credit", NoFunds),
        new("4000000000009987", "visa", "credit", Lost),
        new("4000000000009979", "visa", "credit", Stolen),
        new("4000000000000069", "visa", "credit", Expired),
        new("4000000000000127", "visa", "credit", WrongCvv),
        new("4000000000000119", "visa", "credit", ProcessingError),
        new("4000000000006975", "visa", "credit", OverLimit),
        new("4100000000000019", "visa", "credit", Fraud),

        new("4000000000000259", "visa", "credit", Disputed),
        new("4000000000002685", "visa", "credit", NotReceived),
        new("4000000000001976", "visa", "credit", Inquiry),

        new("4000002500003155", "visa", "credit", Challenge, "HDFC"),
        new("4000000000003220", "visa", "credit", Challenge),
        new("4000000000002503", "visa", "credit", Challenge),
        new("5200000000002151", "mastercard", "credit", Challenge),
        new("4000000000002370", "visa", "credit", ChallengeFails),
        new("5200000000002490", "mastercard", "credit", ChallengeFails),
        new("4000000000002701", "visa", "credit", Frictionless),
        new("5200000000002235", "mastercard", "credit", Frictionless),
        new("4000000000002719", "visa", "credit", Attempted),
        new("5200000000002482", "mastercard", "credit", Attempted),
        new("4000000000002420", "visa", "credit", Unavailable),
        new("5200000000002664", "mastercard", "credit", Unavailable),
        new("4000000000002925", "visa", "credit", NotAuthenticated),
        new("5200000000002276", "mastercard", "credit", NotAuthenticated),
        new("4000000000002537", "visa", "credit", Rejected),
        new("5200000000002185", "mastercard", "credit", Rejected),
        new("4000000000002644", "visa", "credit", ThreeDSecureError),
        new("5200000000002656", "mastercard", "credit", ThreeDSecureError),
    ];

    private static readonly FrozenDictionary<string, TestCard> ByNumber = All.ToFrozenDictionary(c => c.Number, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, CardBehaviour> Behaviours =
        All.Select(c => c.Behaviour).Distinct().ToFrozenDictionary(b => b.Name, StringComparer.Ordinal);

    public static TestCard? Find(string number) => ByNumber.GetValueOrDefault(number);

    public static CardBehaviour Behaviour(string name) => Behaviours[name];

    private static CardBehaviour Declines(string processorCode, ErrorKind kind) =>
        new(processorCode, Decline: Decline.Of(kind, processorCode));
}
