using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Methods;

namespace PaymentGateway.Mandates;

/// <summary>What can happen to a mandate. The name is the word that callers use.</summary>
public abstract record MandateCommand(string Name)
{
    public sealed record Revoke(string Reason, TimeSpan AskAfter) : MandateCommand("revoke");

    /// <summary>Its end date has passed.</summary>
    public sealed record Expire() : MandateCommand("expire");

    /// <summary>The processor said something: in its answer, in a message, or asked by the resolver.</summary>
    public sealed record News(MandateOutcome Outcome) : MandateCommand("news");
}

/// <summary>What a debit is decided on beside the mandate.</summary>
/// <param name="Method">That the payment names.</param>
/// <param name="OffSession">The payer is not there.</param>
/// <param name="Uses">Debits that count in the period already.</param>
/// <param name="Notices">Those of the mandate that no debit uses, the oldest first.</param>
public sealed record DebitRequest(
    string ChargeId, string Method, Money Amount, string? CustomerId, bool OffSession, int Uses, IReadOnlyList<Notice> Notices);

/// <summary>The state machine of a mandate, and what may be debited by it. Pure.</summary>
public static class MandateDecisions
{
    public const string RevokedByPayer = "revoked_by_payer";
    public const string CustomerDeleted = "customer_deleted";

    /// <summary>Above this a UPI debit is approved by the payer each time; more for three trades (RBI, in minor units of the rupee).</summary>
    private const long UpiLimit = 15_000_00;
    private const long UpiLimitOfTrade = 100_000_00;

    /// <summary>A notice lets its debit through for so long.</summary>
    private static readonly TimeSpan noticeLifetime = TimeSpan.FromDays(7);

    /// <summary>No debit is announced further ahead.</summary>
    private static readonly TimeSpan noticeAheadMax = TimeSpan.FromDays(90);

    public static Outcome<Mandate> Decide(Mandate now, MandateCommand what, DateTimeOffset when) => (now.State, what) switch
    {
        (_, MandateCommand.News news) => Hear(now, news.Outcome, when),

        (MandateState.Submitted or MandateState.Pending or MandateState.Active, MandateCommand.Revoke revoke) =>
            Revoked(now, revoke.Reason, when) with { CalledAt = when, CheckAt = when + revoke.AskAfter },

        (MandateState.Pending or MandateState.Active, MandateCommand.Expire) when when >= now.EndsAt => now with
        {
            State = MandateState.Expired,
            NextAction = null,
            CheckAt = null,
            ClosedAt = when,
        },

        _ => Refusal.InvalidState("mandate", now.Status, CommandsIn(now.State)),
    };

    /// <summary>The commands that a caller can give in a state.</summary>
    public static IEnumerable<string> CommandsIn(MandateState state) => IsOpen(state) ? ["revoke"] : [];

    /// <summary>It is debited, or may come to it.</summary>
    public static bool IsOpen(MandateState state) => state is MandateState.Submitted or MandateState.Pending or MandateState.Active;

    /// <summary>Whether a debit of this amount and kind may begin, and how it counts.</summary>
    /// <returns>
    /// Refusals: MANDATE_NOT_ACTIVE, MANDATE_LIMIT_EXCEEDED with <c>details.limit</c>, MANDATE_NOTICE_REQUIRED, AUTHENTICATION_REQUIRED, a field.
    /// </returns>
    public static Outcome<MandateDebit> Debit(Mandate mandate, DebitRequest asked, DateTimeOffset when) =>
        WhyNotDebited(mandate, asked, when) is { } refusal
            ? refusal
            : mandate.Notice > TimeSpan.Zero
                ? WithNotice(mandate, asked, when)
                : new MandateDebit(mandate, asked.ChargeId, asked.Amount, PeriodOf(mandate, when), NoticeId: null, when);

    /// <summary>Whether the payer must approve a debit of this amount themselves.</summary>
    public static bool AsksPayer(Mandate mandate, Money amount) => mandate.Type == MandateType.UpiAutopay
        && amount.Minor > (mandate.Category == MandateCategory.Standard ? UpiLimit : UpiLimitOfTrade);

    /// <summary>The first day of the period that a debit at this time counts in: a day of India for UPI, of UTC otherwise.</summary>
    public static DateOnly PeriodOf(Mandate mandate, DateTimeOffset when)
    {
        var day = DayOf(when);
        return mandate.Frequency switch
        {
            MandateFrequency.Daily => day,
            MandateFrequency.Weekly => day.AddDays(-(((int)day.DayOfWeek + 6) % 7)),
            MandateFrequency.Monthly => new(day.Year, day.Month, 1),
            MandateFrequency.Yearly => new(day.Year, 1, 1),
            MandateFrequency.AsPresented => DayOf(mandate.StartsAt),
            _ => throw new ArgumentOutOfRangeException(nameof(mandate), mandate.Frequency, "Not a frequency."),
        };

        DateOnly DayOf(DateTimeOffset time) => mandate.Type == MandateType.UpiAutopay ? IndianTime.DayOf(time) : DateOnly.FromDateTime(time.UtcDateTime);
    }

    /// <summary>Tells the customer of a debit: from when on it may be made.</summary>
    /// <param name="debitFrom">When the merchant wants it; null: as early as it may be.</param>
    public static Outcome<Notice> Announce(Mandate mandate, string noticeId, Money amount, DateTimeOffset? debitFrom, DateTimeOffset when)
    {
        if (mandate.State != MandateState.Active)
        {
            return NotActive(mandate, mandate.Status);
        }

        if (mandate.Notice == TimeSpan.Zero)
        {
            return new Refusal(Errors.NotSupported, "Debits by this mandate need no notice.");
        }

        if (amount > mandate.AmountMax)
        {
            return OverLimit("amount", $"A debit is at most {mandate.AmountMax}.", ("maximum", mandate.AmountMax.ToMajor()));
        }

        var (earliest, latest) = (when + mandate.Notice, when + noticeAheadMax);
        var from = debitFrom ?? earliest;
        return from < earliest || from > latest
            ? Refusal.Field("debitFrom", $"must be from {Json.Time(earliest)} to {Json.Time(latest)}")
            : new Notice
            {
                Id = noticeId,
                Tenant = mandate.Tenant,
                MandateId = mandate.Id,
                Amount = amount,
                CreatedAt = when,
                DebitFrom = from,
                DebitUntil = from + noticeLifetime,
            };
    }

    private static Refusal? WhyNotDebited(Mandate mandate, DebitRequest asked, DateTimeOffset when)
    {
        if (mandate.State != MandateState.Active || when >= mandate.EndsAt)
        {
            return NotActive(mandate, mandate.State == MandateState.Active ? Words.Of(MandateState.Expired) : mandate.Status);
        }

        if (asked.Method != mandate.Method || asked.Amount.Currency != mandate.AmountMax.Currency
            || (asked.CustomerId is { } customerId && customerId != mandate.CustomerId))
        {
            return Refusal.Field("paymentDetails.mandateId",
                $"is of the customer {mandate.CustomerId} and takes {mandate.AmountMax.Currency} by {mandate.Method}");
        }

        if (when < mandate.StartsAt)
        {
            return OverLimit("start", $"The mandate begins at {Json.Time(mandate.StartsAt)}.", ("startsAt", mandate.StartsAt));
        }

        if (asked.Amount > mandate.AmountMax)
        {
            return OverLimit("amount", $"A debit is at most {mandate.AmountMax}.", ("maximum", mandate.AmountMax.ToMajor()));
        }

        if (mandate.UsesMax is { } most && asked.Uses >= most)
        {
            return OverLimit("count", $"The mandate allows {most} in its period ({Words.Of(mandate.Frequency)}).", ("usesMax", most));
        }

        return asked.OffSession && AsksPayer(mandate, asked.Amount)
            ? new Refusal(Errors.AuthenticationRequired, "A UPI debit of this amount is approved by the payer, who is not there.")
            : null;
    }

    private static Outcome<MandateDebit> WithNotice(Mandate mandate, DebitRequest asked, DateTimeOffset when) =>
        asked.Notices.FirstOrDefault(n => n.Amount == asked.Amount && n.DebitFrom <= when && when < n.DebitUntil) is { } notice
            ? new MandateDebit(mandate, asked.ChargeId, asked.Amount, PeriodOf(mandate, when), notice.Id, when)
            : new Refusal(Errors.MandateNoticeRequired, null, new Dictionary<string, object?>
            {
                ["noticeDays"] = mandate.Notice.Days,
                ["debitFrom"] = asked.Notices.FirstOrDefault(n => n.Amount == asked.Amount && n.DebitFrom > when)?.DebitFrom,
            });

    private static Refusal NotActive(Mandate mandate, string status) => new(
        Errors.MandateNotActive, $"The mandate is {status}.",
        new Dictionary<string, object?> { ["status"] = status, ["revokeReason"] = mandate.RevokeReason });

    private static Refusal OverLimit(string limit, string sentence, (string Name, object Value) bound) => new(
        Errors.MandateLimitExceeded, sentence, new Dictionary<string, object?> { ["limit"] = limit, [bound.Name] = bound.Value });

    /// <summary>What the processor's word does. <see cref="MandateOutcome.NotFound"/> comes here only when it is the final word.</summary>
    private static Outcome<Mandate> Hear(Mandate now, MandateOutcome outcome, DateTimeOffset when) => (now.State, outcome) switch
    {
        (MandateState.Submitted or MandateState.Pending, MandateOutcome.Active active) => now with
        {
            State = MandateState.Active,
            Summary = active.Summary,
            Reference = active.Reference ?? now.Reference,
            NextAction = null,
            CheckAt = null,
            Checks = 0,
            ActivatedAt = when,
        },
        (MandateState.Submitted or MandateState.Pending, MandateOutcome.Pending pending) => Asked(now, when) with
        {
            State = MandateState.Pending,
            Summary = pending.Summary,
            Reference = pending.Reference ?? now.Reference,
            NextAction = pending.Action,
        },
        (MandateState.Submitted or MandateState.Pending, MandateOutcome.Rejected no) =>
            Rejected(now, no.Code, no.Sentence, no.ProcessorCode, when) with { Reference = no.Reference ?? now.Reference },
        (MandateState.Submitted or MandateState.Pending, MandateOutcome.NotFound) =>
            Rejected(now, Errors.GatewayTimeout.Code, Errors.GatewayTimeout.Sentence, null, when),
        (MandateState.Submitted, MandateOutcome.NotCalled) =>
            Rejected(now, Errors.GatewayUnavailable.Code, Errors.GatewayUnavailable.Sentence, null, when),
        (MandateState.Submitted or MandateState.Pending or MandateState.Active, MandateOutcome.Revoked) => Revoked(now, RevokedByPayer, when),
        (MandateState.Submitted or MandateState.Pending, _) => Asked(now, when),

        // It is revoked here since; the processor may not know it yet.
        (MandateState.Revoked, MandateOutcome.Revoked or MandateOutcome.Rejected or MandateOutcome.NotFound) =>
            now.CheckAt is null ? now : now with { CheckAt = null, Checks = 0 },
        (MandateState.Revoked, _) => now.CheckAt is null ? now : Asked(now, when),
        _ => now,
    };

    private static Mandate Revoked(Mandate now, string reason, DateTimeOffset when) => now with
    {
        State = MandateState.Revoked,
        RevokeReason = reason,
        NextAction = null,
        CheckAt = null,
        Checks = 0,
        ClosedAt = when,
    };

    private static Mandate Rejected(Mandate now, string code, string sentence, string? processorCode, DateTimeOffset when) => now with
    {
        State = MandateState.Rejected,
        FailureCode = code,
        FailureReason = sentence,
        ProcessorCode = processorCode,
        NextAction = null,
        CheckAt = null,
        Checks = 0,
        ClosedAt = when,
    };

    /// <summary>Nothing final is known: ask again, each time later.</summary>
    private static Mandate Asked(Mandate now, DateTimeOffset when) =>
        now with { CheckAt = when + AskAgain.After(now.Checks), Checks = now.Checks + 1 };
}
