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
