using System.Globalization;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Customers;

/// <summary>What can happen to a saved method.</summary>
internal abstract record PaymentMethodCommand
{
    private PaymentMethodCommand()
    {
    }

    /// <summary>Its processor keeps it.</summary>
    internal sealed record Saved(string Reference, MethodSummary Summary, string? Fingerprint) : PaymentMethodCommand;

    /// <summary>Its processor keeps it, and the customer has it already or has no place for it: the processor is to forget it.</summary>
    /// <param name="By">The one that the customer has; null: there is no place, or no customer.</param>
    internal sealed record GiveUp(string Reference, string? By) : PaymentMethodCommand;

    /// <summary>Its processor does not take it.</summary>
    internal sealed record Decline(string Code, string Sentence) : PaymentMethodCommand;

    /// <summary>Its processor has not answered; or it has, and the same card or address of the customer is being saved by another method.</summary>
    internal sealed record Unanswered : PaymentMethodCommand;

    internal sealed record Detach : PaymentMethodCommand;

    /// <summary>Its processor has forgotten it.</summary>
    internal sealed record Forgotten : PaymentMethodCommand;

    /// <summary>The merchant is told that it will expire.</summary>
    internal sealed record Announce : PaymentMethodCommand;
}

/// <summary>The state machine of saved methods. Pure.</summary>
internal static class PaymentMethodDecisions
{
    /// <summary>How long before its end the merchant is told that a card will expire.</summary>
    internal static readonly TimeSpan NoticeTime = TimeSpan.FromDays(30);

    private static readonly TimeSpan delayMax = TimeSpan.FromHours(1);

    /// <summary>Unchanged: the news is old.</summary>
    public static Outcome<PaymentMethod> Decide(PaymentMethod now, PaymentMethodCommand what, DateTimeOffset when) => (now.State, what) switch
    {
        (PaymentMethodState.Saving, PaymentMethodCommand.Saved saved) => Active(now, saved, when),
        (PaymentMethodState.Saving, PaymentMethodCommand.GiveUp giveUp) =>
            Detached(now, when) with { Reference = giveUp.Reference, ReplacedBy = giveUp.By },
        (PaymentMethodState.Saving, PaymentMethodCommand.Decline decline) => Over(now) with
        {
            State = PaymentMethodState.Failed,
            FailureCode = decline.Code,
            FailureReason = decline.Sentence,
        },
        (PaymentMethodState.Saving, PaymentMethodCommand.Unanswered) => AskLater(now, when),
        (PaymentMethodState.Saving or PaymentMethodState.Active, PaymentMethodCommand.Detach) => Detached(now, when),

        (PaymentMethodState.Active, PaymentMethodCommand.Announce) when now.NoticeAt is not null => now with { NoticeAt = null },

        (PaymentMethodState.Detached, PaymentMethodCommand.Forgotten) when now.ForgottenAt is null =>
            now with { ForgottenAt = when, CheckAt = null, Checks = 0 },
        (PaymentMethodState.Detached, PaymentMethodCommand.Unanswered) when now.ForgottenAt is null => AskLater(now, when),

        // An answer that comes late or twice changes nothing: of what was detached meanwhile the processor is told by our key.
        (_, PaymentMethodCommand.Saved or PaymentMethodCommand.GiveUp or PaymentMethodCommand.Decline or PaymentMethodCommand.Unanswered
            or PaymentMethodCommand.Forgotten or PaymentMethodCommand.Announce) => now,
        _ => Refusal.InvalidState("payment method", Words.Of(now.State), []),
    };

    /// <summary>The commands that a caller can give in a state.</summary>
    public static IEnumerable<string> CommandsIn(PaymentMethodState state) =>
        state is PaymentMethodState.Saving or PaymentMethodState.Active ? ["detach"] : [];

    /// <summary>The end of a card's month; null for what has no end.</summary>
    /// <param name="expiry">As <c>MM/YY</c>.</param>
    public static DateTimeOffset? EndOf(string? expiry) => expiry is null
        ? null
        : new DateTimeOffset(
            2000 + int.Parse(expiry.AsSpan(3), CultureInfo.InvariantCulture), int.Parse(expiry.AsSpan(0, 2), CultureInfo.InvariantCulture), 1,
            0, 0, 0, TimeSpan.Zero).AddMonths(1);

    /// <summary>What may be shown and kept of it: of a UPI address the first letters and the bank.</summary>
    public static MethodSummary Shown(MethodSummary summary) =>
        summary.Vpa?.IndexOf('@', StringComparison.Ordinal) is int at and > 0
            ? summary with { Vpa = $"{summary.Vpa[..Math.Min(2, at)]}***{summary.Vpa[at..]}" }
            : summary with { Vpa = null };

    private static PaymentMethod Active(PaymentMethod now, PaymentMethodCommand.Saved saved, DateTimeOffset when)
    {
        // A processor that takes a card whose month is over knows that it is good all the same.
        var end = EndOf(saved.Summary.Expiry) is { } month && month > when ? month : (DateTimeOffset?)null;
        return now with
        {
            State = PaymentMethodState.Active,
            Summary = Shown(saved.Summary),
            Fingerprint = saved.Fingerprint ?? now.Fingerprint,
            Reference = saved.Reference,
            Source = null,
            HasPlace = true,
            AttachedAt = when,
            ExpiresAt = end,
            NoticeAt = end - NoticeTime,
            CheckAt = null,
            Checks = 0,
        };
    }

    private static PaymentMethod Detached(PaymentMethod now, DateTimeOffset when) => Over(now) with
    {
        State = PaymentMethodState.Detached,
        DetachedAt = when,
        NoticeAt = null,
        CheckAt = when,
    };

    private static PaymentMethod Over(PaymentMethod now) => now with { Source = null, HasPlace = false, CheckAt = null, Checks = 0 };

    /// <summary>2 s, 4 s, 8 s … up to an hour.</summary>
    private static PaymentMethod AskLater(PaymentMethod now, DateTimeOffset when) => now with
    {
        CheckAt = when + TimeSpan.FromSeconds(Math.Min(Math.Pow(2, Math.Min(now.Checks + 1, 20)), delayMax.TotalSeconds)),
        Checks = now.Checks + 1,
    };
}
