using System.Collections.Frozen;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>The ways in which the pretended processor misbehaves when a test asks for it, by header or by amount.</summary>
public static class SandboxBehaviour
{
    /// <summary>The request header that names a behaviour; it wins over the amount.</summary>
    public const string Header = "X-Sandbox-Behaviour";

    /// <summary>Answers after three seconds.</summary>
    public const string Slow = "slow";

    /// <summary>Does the work, then no answer arrives.</summary>
    public const string LostAnswer = "lost_answer";

    /// <summary>Does nothing and answers HTTP 500.</summary>
    public const string Error500 = "error_500";

    /// <summary>Sends its notification twice.</summary>
    public const string DuplicateNotification = "duplicate_notification";

    /// <summary>Sends its notification ten seconds later.</summary>
    public const string LateNotification = "late_notification";

    /// <summary>The call never reaches the processor; no answer.</summary>
    public const string NeverArrives = "never_arrives";

    /// <summary>Does not know yet, and settles by itself after a while.</summary>
    public const string Pending = "pending";

    /// <summary>Of a refund: the processor says no.</summary>
    public const string RefundDeclined = "refund_declined";

    /// <summary>Of a refund: it succeeds, and two days later the customer's bank sends the money back.</summary>
    public const string RefundFailsLater = "refund_fails_later";
    /// <summary>Authorizes, and declines every increment of it.</summary>
    public const string DeclineIncrement = "decline_increment";

    /// <summary>Declines by a failure of its own: another processor may be tried.</summary>
    public const string ProcessingError = "processing_error";

    /// <summary>Of a challenge: its result is never sent, so that only asking finds it.</summary>
    public const string ThreeDSecureResultLost = "three_d_secure_result_lost";

    /// <summary>Of a challenge that is passed: the server is told that it failed, the browser that it was passed.</summary>
    public const string ThreeDSecureContradiction = "three_d_secure_contradiction";

    /// <summary>The issuer's method page opens and never says that it is done.</summary>
    public const string ThreeDSecureMethodSilent = "three_d_secure_method_silent";

    /// <summary>What the pretended issuer says of a card that is made for nothing else.</summary>
    internal static IReadOnlyDictionary<string, AcsOutcome> ThreeDSecureOutcomes { get; } = new Dictionary<string, AcsOutcome>
    {
        ["three_d_secure_authenticated"] = AcsOutcome.Frictionless,
        ["three_d_secure_not_authenticated"] = AcsOutcome.NotAuthenticated,
        ["three_d_secure_attempted"] = AcsOutcome.Attempted,
        ["three_d_secure_unavailable"] = AcsOutcome.Unavailable,
        ["three_d_secure_rejected"] = AcsOutcome.Rejected,
        ["three_d_secure_challenge"] = AcsOutcome.Challenge,
        ["three_d_secure_challenge_fails"] = AcsOutcome.ChallengeFails,
        ["three_d_secure_error"] = AcsOutcome.SystemError,
        [ThreeDSecureResultLost] = AcsOutcome.Challenge,
        [ThreeDSecureContradiction] = AcsOutcome.Challenge,
        [ThreeDSecureMethodSilent] = AcsOutcome.Frictionless,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Succeeds, and the customer disputes it as fraud at once.</summary>
    public const string Disputed = "disputed";

    /// <summary>Succeeds, and the customer says that nothing was delivered.</summary>
    public const string DisputedNotReceived = "disputed_not_received";

    /// <summary>Succeeds, and the customer's bank asks about it without taking the money.</summary>
    public const string Inquiry = "inquiry";

    /// <summary>The amount, in major units of any currency, that asks for each behaviour on authorization.</summary>
    public static IReadOnlyDictionary<decimal, string> ByAmount { get; } = new Dictionary<decimal, string>
    {
        [9001] = Slow,
        [9002] = LostAnswer,
        [9003] = Error500,
        [9004] = DuplicateNotification,
        [9005] = LateNotification,
        [9006] = NeverArrives,
        [9007] = Pending,
        [9008] = DeclineIncrement,
        [9009] = ProcessingError,
        [9201] = "three_d_secure_authenticated",
        [9202] = "three_d_secure_not_authenticated",
        [9203] = "three_d_secure_attempted",
        [9204] = "three_d_secure_unavailable",
        [9205] = "three_d_secure_rejected",
        [9206] = "three_d_secure_challenge",
        [9207] = "three_d_secure_challenge_fails",
        [9208] = "three_d_secure_error",
        [9211] = ThreeDSecureResultLost,
        [9212] = ThreeDSecureContradiction,
        [9213] = ThreeDSecureMethodSilent,
        [9021] = Disputed,
        [9022] = DisputedNotReceived,
        [9023] = Inquiry,
    }.ToFrozenDictionary();

    /// <summary>As <see cref="ByAmount"/>, by the amount of a refund.</summary>
    public static IReadOnlyDictionary<decimal, string> ByRefundAmount { get; } = new Dictionary<decimal, string>(ByAmount)
    {
        [9011] = RefundDeclined,
        [9012] = RefundFailsLater,
    }.ToFrozenDictionary();

    /// <summary>What the request asks for, for this one call.</summary>
    public static string? AskedBy(HttpRequest request) =>
        request.Headers[Header].ToString() is { Length: > 0 and <= 100 } behaviour ? behaviour : null;

    public static bool IsKnownOfRefund(string behaviour) => ByRefundAmount.Values.Contains(behaviour);

    public static bool IsKnown(string behaviour) => ByAmount.Values.Contains(behaviour);

    internal static string? Of(RefundCall call) => call.Behaviour ?? ByRefundAmount.GetValueOrDefault(call.Amount.ToMajor());

    internal static string? Of(AuthorizeCall call) => call.Behaviour ?? ByAmount.GetValueOrDefault(call.Amount.ToMajor());
}
