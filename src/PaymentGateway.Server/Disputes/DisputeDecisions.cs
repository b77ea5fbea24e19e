using PaymentGateway.Connectors;
using PaymentGateway.Http;
using PaymentGateway.Ledger;
using PaymentGateway.Payments;

namespace PaymentGateway.Disputes;

/// <summary>What can happen to a dispute. The name is the word that callers use.</summary>
public abstract record DisputeCommand(string Name)
{
    /// <summary>Keeps evidence, and hands all of it in when <paramref name="IsToBeSubmitted"/>.</summary>
    /// <param name="Texts">The fields that were sent; an empty text takes a field away.</param>
    /// <param name="AskAfter">If no answer is recorded by then, the resolver asks the processor.</param>
    public sealed record SaveEvidence(IReadOnlyDictionary<string, string> Texts, bool IsToBeSubmitted, TimeSpan AskAfter) : DisputeCommand("evidence");

    /// <param name="File">Its position is given by the dispute.</param>
    public sealed record AttachFile(EvidenceFile File) : DisputeCommand("evidence-files");

    public sealed record Accept(TimeSpan AskAfter) : DisputeCommand("accept");

    /// <summary>The processor never heard of the request, for certain: it is told once more, with the same key.</summary>
    public sealed record Resend(TimeSpan AskAfter) : DisputeCommand("resend");

    /// <summary>The deadline is near.</summary>
    public sealed record Remind() : DisputeCommand("remind");

    /// <summary>The processor tells what the dispute is: in a message, or asked by the resolver.</summary>
    public sealed record News(DisputeReport Report) : DisputeCommand("news");

    /// <summary>The processor's word about the request under way.</summary>
    public sealed record Answer(DisputeOutcome Outcome) : DisputeCommand("answer");

    /// <summary>The processor was asked what the dispute is.</summary>
    /// <param name="Report">Null: it did not say.</param>
    public sealed record Asked(DisputeReport? Report) : DisputeCommand("asked");
}

/// <summary>What a command leads to: the next dispute and what is written with it.</summary>
/// <param name="Facts">Names of events.</param>
/// <param name="IsReminder">Nothing has changed: the deadline is near.</param>
public sealed record DisputeStep(Dispute Next, IReadOnlyList<string> Facts, IReadOnlyList<Posting> Postings, bool IsReminder = false)
{
    /// <summary>Old or repeated news: nothing is written.</summary>
    public static DisputeStep Nothing(Dispute now) => new(now, [], []);
}

/// <summary>
/// The state machine of a dispute: pure. The processor's newest word is what is, and the book follows it; the merchant's commands are the
/// lines of one table.
/// </summary>
public static class DisputeDecisions
{
    /// <summary>So long before the deadline the merchant is reminded of it.</summary>
    public static readonly TimeSpan RemindBefore = TimeSpan.FromDays(3);

    /// <summary>So long after the deadline the processor should have told what it makes of it; then it is asked.</summary>
    private static readonly TimeSpan grace = TimeSpan.FromHours(1);

    /// <summary>How often a processor is asked about a dispute that nobody has to answer.</summary>
    private static readonly TimeSpan betweenChecks = TimeSpan.FromDays(1);

    /// <summary>The first word about a dispute, whatever it is: also one that is closed is recorded with all that belongs to it.</summary>
    /// <param name="payment">With its latest charge.</param>
    /// <param name="charge">The disputed one.</param>
    public static DisputeStep Open(Payment payment, Charge charge, DisputeReport report, string id, DateTimeOffset when)
    {
        var none = Money.Zero(report.Amount.Currency);
        var unheard = new Dispute
        {
            Id = id,
            Tenant = payment.Tenant,
            PaymentId = payment.Id,
            ChargeId = charge.Id,
            OrderId = payment.OrderId,
            Connector = charge.Connector,
            Reference = report.Reference,
            Revision = report.Revision,
            State = DisputeState.WarningNeedsResponse,
            Amount = report.Amount,
            Taken = none,
            Fee = none,
            Reason = report.Reason,
            WebhookUrl = payment.Purpose.WebhookUrl,
            CreatedAt = when,
            Version = 1,
        };
        var (next, postings) = Believed(unheard, report, FreeOf(payment, unheard), when);
        return new DisputeStep(next, next.IsClosed ? ["dispute.opened", "dispute.closed"] : ["dispute.opened"], postings);
    }

    /// <param name="payment">The dispute's, with its latest charge: the limit of what a dispute can take.</param>
    public static Outcome<DisputeStep> Decide(Dispute now, Payment payment, DisputeCommand what, DateTimeOffset when) => (now.State, what) switch
    {
        (_, DisputeCommand.News news) => Hear(now, payment, news.Report, when),

        (DisputeState.NeedsResponse or DisputeState.WarningNeedsResponse, DisputeCommand.SaveEvidence evidence) => Saved(now, evidence, when),
        (DisputeState.NeedsResponse or DisputeState.WarningNeedsResponse, DisputeCommand.AttachFile attach) => Attached(now, attach.File),
        (DisputeState.NeedsResponse, DisputeCommand.Accept accept) =>
            new DisputeStep(Asking(now, DisputeState.Accepting, when, accept.AskAfter), ["dispute.updated"], []),

        (DisputeState.WarningSubmitting or DisputeState.Submitting or DisputeState.Accepting, DisputeCommand.Resend resend) =>
            new DisputeStep(Called(now, now.State, when, resend.AskAfter), [], []),
        (DisputeState.WarningSubmitting or DisputeState.Submitting or DisputeState.Accepting, DisputeCommand.Answer answer) =>
            Answered(now, payment, answer.Outcome, when),
        (DisputeState.WarningSubmitting or DisputeState.Submitting or DisputeState.Accepting, DisputeCommand.Asked) =>
            new DisputeStep(StillWaiting(now, when), [], []),

        (DisputeState.NeedsResponse or DisputeState.WarningNeedsResponse, DisputeCommand.Remind) when now.RemindAt is not null =>
            new DisputeStep(now with { RemindAt = null }, ["dispute.updated"], [], IsReminder: true),
        (DisputeState.NeedsResponse or DisputeState.WarningNeedsResponse or DisputeState.UnderReview or DisputeState.WarningUnderReview,
            DisputeCommand.Asked asked) => Checked(now, payment, asked.Report, when),

        // What it was about is over: somebody was faster.
        (_, DisputeCommand.Answer or DisputeCommand.Asked or DisputeCommand.Remind) => DisputeStep.Nothing(now),

        _ => Refusal.InvalidState("dispute", now.Status, CommandsIn(now.State)),
    };

    /// <summary>The commands that a caller can give in a state.</summary>
    public static IEnumerable<string> CommandsIn(DisputeState state) => state switch
    {
        DisputeState.NeedsResponse => ["evidence", "evidence-files", "accept"],
        DisputeState.WarningNeedsResponse => ["evidence", "evidence-files"],
        _ => [],
    };

    private static Outcome<DisputeStep> Saved(Dispute now, DisputeCommand.SaveEvidence evidence, DateTimeOffset when)
    {
        var texts = now.Evidence.Where(field => !evidence.Texts.ContainsKey(field.Key)).Concat(evidence.Texts)
            .Where(field => field.Value.Length > 0).ToDictionary();
        var next = now with { Evidence = texts, DeclinedReason = null, DeclinedCode = null };
        if (!evidence.IsToBeSubmitted)
        {
            return new DisputeStep(next, ["dispute.updated"], []);
        }

        return texts.Count == 0 && now.Files.Count == 0
            ? Refusal.Field("submit", "needs some evidence: a text or a file")
            : new DisputeStep(
                Asking(next, now.State == DisputeState.NeedsResponse ? DisputeState.Submitting : DisputeState.WarningSubmitting, when, evidence.AskAfter),
                ["dispute.updated"], []);
    }

    private static Outcome<DisputeStep> Attached(Dispute now, EvidenceFile file) => now.Files.Count >= EvidenceFile.CountMax
        ? new Refusal(Errors.EvidenceFileRefused, $"A dispute has at most {EvidenceFile.CountMax} files.",
            new Dictionary<string, object?> { ["filesMax"] = EvidenceFile.CountMax })
        : new DisputeStep(now with { Files = [.. now.Files, file with { Position = now.Files.Count + 1 }] }, ["dispute.updated"], []);

    /// <summary>The end of the request under way. No answer is no end: the resolver asks.</summary>
    private static DisputeStep Answered(Dispute now, Payment payment, DisputeOutcome outcome, DateTimeOffset when) => outcome switch
    {
        DisputeOutcome.Reported done => Ended(now, payment, Done(now, when), OfAccepted(now, done.Report), when),
        DisputeOutcome.Declined no => Ended(
            now, payment, Resting(now, when) with { DeclinedReason = no.Sentence, DeclinedCode = no.ProcessorCode }, no.Report, when),
        _ => new DisputeStep(StillWaiting(now, when), [], []),
    };

    /// <param name="ended">The dispute without its request.</param>
    /// <param name="report">What the processor told with its answer; a message may have told something newer meanwhile.</param>
    private static DisputeStep Ended(Dispute now, Payment payment, Dispute ended, DisputeReport? report, DateTimeOffset when)
    {
        var heard = report is null || report.Revision < now.Revision ? DisputeStep.Nothing(ended) : Told(ended, payment, report, when);
        return heard.Facts.Count > 0 ? heard : heard with { Facts = ["dispute.updated"] };
    }

    private static DisputeStep Checked(Dispute now, Payment payment, DisputeReport? report, DateTimeOffset when)
    {
        var heard = report is null ? DisputeStep.Nothing(now) : Hear(now, payment, report, when);
        return heard.Next.IsClosed
            ? heard
            : heard with { Next = heard.Next with { CheckAt = NextCheck(heard.Next, when), Checks = now.Checks + 1 } };
    }

    /// <summary>
    /// What the processor says the dispute is. Only a newer word counts, and of two of one moment the one that is further on, so that no
    /// order of arrival makes a difference.
    /// </summary>
    private static DisputeStep Hear(Dispute now, Payment payment, DisputeReport heard, DateTimeOffset when)
    {
        var report = OfAccepted(now, heard);
        var isFurther = Progress(StateOf(report.Standing)) - Progress(now.State);
        var contradicts = report.Revision == now.Revision && isFurther != 0 && IsLastWord(now.State) && IsLastWord(StateOf(report.Standing));
        if (report.Revision < now.Revision || (report.Revision == now.Revision && isFurther <= 0))
        {
            return contradicts && now.Contradiction is null
                ? new DisputeStep(now with { Contradiction = DisputeContradiction.FinalWordsDiffer }, ["dispute.updated"], [])
                : DisputeStep.Nothing(now);
        }

        return Told(contradicts ? now with { Contradiction = DisputeContradiction.FinalWordsDiffer } : now, payment, report, when);
    }

    private static DisputeStep Told(Dispute now, Payment payment, DisputeReport report, DateTimeOffset when)
    {
        var (next, postings) = Believed(now, report, FreeOf(payment, now), when);
        var hasChanged = next with { Revision = now.Revision, CheckAt = now.CheckAt, Checks = now.Checks } != now;
        return new DisputeStep(
            next, !hasChanged ? [] : next.IsClosed && next.State != now.State ? ["dispute.closed"] : ["dispute.updated"], postings);
    }

    private static (Dispute Next, IReadOnlyList<Posting> Postings) Believed(Dispute now, DisputeReport report, Money free, DateTimeOffset when)
    {
        var state = UnderWay(now.State, StateOf(report.Standing));
        var next = now with
        {
            State = state,
            Revision = report.Revision,
            Amount = report.Amount,
            Reason = report.Reason,
            NetworkReasonCode = report.NetworkReasonCode ?? now.NetworkReasonCode,
            EvidenceDueBy = report.EvidenceDueBy,
            // The processor reads what was handed in, so it has it, also where its answer got lost.
            SubmittedAt = now.RequestKey is not null && state is DisputeState.UnderReview or DisputeState.WarningUnderReview
                ? when
                : now.SubmittedAt,
        };
        next = next with
        {
            ClosedAt = !next.IsClosed ? null : now.IsClosed ? now.ClosedAt : when,
            CheckAt = next.IsClosed ? null : next.RequestKey is not null ? now.CheckAt : NextCheck(next, when),
            Checks = next.RequestKey is not null ? now.Checks : 0,
            RemindAt = ReminderOf(now, next, when),
        };
        var (booked, ofMoney) = Booked(now, next, free);
        var (charged, ofFee) = FeeBooked(booked, report.Fee);
        return (charged, [.. ofMoney, .. ofFee]);
    }

    /// <summary>The book follows the state: money is taken where the processor has it, and returned where it does not.</summary>
    private static (Dispute Next, IReadOnlyList<Posting> Postings) Booked(Dispute before, Dispute next, Money free)
    {
        var postings = new List<Posting>();
        var number = before.Bookings;
        var (none, isComparable, isSame) = (
            Money.Zero(next.Amount.Currency), next.Amount.Currency == free.Currency, before.TakesMoney && next.TakesMoney && before.Amount == next.Amount);
        if (before.TakesMoney && !isSame)
        {
            postings.Add(Chart.DisputeReturned(next.Id, ++number, next.Connector, before.Amount, before.Taken));
            free = before.Taken.Currency == free.Currency ? free + before.Taken : free;
        }

        var taken = isSame ? before.Taken : none;
        if (next.TakesMoney && !isSame)
        {
            taken = isComparable ? Money.Min(next.Amount, free) : none;
            postings.Add(Chart.DisputeTaken(next.Id, ++number, next.Connector, next.Amount, taken));
        }
        else if (isSame && isComparable && taken < next.Amount && free.IsPositive)
        {
            var more = Money.Min(next.Amount - taken, free);
            taken += more;
            postings.Add(Chart.DisputeCovered(next.Id, ++number, next.Connector, more));
        }

        return (next with { Taken = taken, Bookings = number, Contradiction = ContradictionOf(next, taken, isComparable) }, postings);
    }

    private static (Dispute Next, IReadOnlyList<Posting> Postings) FeeBooked(Dispute now, Money fee)
    {
        var number = now.Bookings;
        var postings = new List<Posting>();
        if (now.Fee.Currency != fee.Currency || now.Fee > fee)
        {
            var back = now.Fee.Currency == fee.Currency ? now.Fee - fee : now.Fee;
            postings.Add(Chart.DisputeFeeReturned(now.Id, ++number, now.Connector, back));
        }

        if (now.Fee.Currency != fee.Currency || fee > now.Fee)
        {
            var more = now.Fee.Currency == fee.Currency ? fee - now.Fee : fee;
            postings.Add(Chart.DisputeFee(now.Id, ++number, now.Connector, more));
        }

        return (now with { Fee = fee, Bookings = number }, [.. postings.Where(posting => posting.Entries.Any(e => !e.Amount.IsZero))]);
    }

    private static DisputeContradiction? ContradictionOf(Dispute next, Money taken, bool isComparable) =>
        next.TakesMoney && !isComparable ? DisputeContradiction.CurrencyDiffers
        : next.TakesMoney && taken < next.Amount ? DisputeContradiction.ExceedsPayment
        : next.Contradiction == DisputeContradiction.FinalWordsDiffer ? next.Contradiction
        : null;

    /// <summary>What a dispute of this charge can take: nothing of an attempt that is not the one that took the money.</summary>
    private static Money FreeOf(Payment payment, Dispute dispute) =>
        payment.Charge?.Id == dispute.ChargeId ? payment.AmountRefundable : Money.Zero(payment.Amount.Currency);

    /// <summary>A processor that knows no other word calls it lost when the merchant gave it up.</summary>
    private static DisputeReport OfAccepted(Dispute now, DisputeReport report) =>
        report.Standing == DisputeStanding.Lost && now.State is DisputeState.Accepting or DisputeState.Accepted
            ? report with { Standing = DisputeStanding.Accepted }
            : report;

    /// <summary>A request stays under way when the processor says that it still waits for one.</summary>
    private static DisputeState UnderWay(DisputeState now, DisputeState said) => (now, said) switch
    {
        (DisputeState.Accepting, DisputeState.NeedsResponse) => DisputeState.Accepting,
        (DisputeState.Submitting or DisputeState.WarningSubmitting, DisputeState.NeedsResponse) => DisputeState.Submitting,
        (DisputeState.Submitting or DisputeState.WarningSubmitting, DisputeState.WarningNeedsResponse) => DisputeState.WarningSubmitting,
        _ => said,
    };

    /// <summary>A new deadline has a reminder of its own; one that is near already needs none.</summary>
    private static DateTimeOffset? ReminderOf(Dispute before, Dispute next, DateTimeOffset when) =>
        next.IsClosed || next.State is DisputeState.UnderReview or DisputeState.WarningUnderReview ? null
        : next.EvidenceDueBy == before.EvidenceDueBy ? before.RemindAt
        : next.EvidenceDueBy - RemindBefore is { } remind && remind > when ? remind
        : null;

    private static Dispute Asking(Dispute dispute, DisputeState state, DateTimeOffset when, TimeSpan askAfter) =>
        Called(dispute with { DeclinedReason = null, DeclinedCode = null, Requests = dispute.Requests + 1 }, state, when, askAfter);

    private static Dispute Called(Dispute dispute, DisputeState state, DateTimeOffset when, TimeSpan askAfter) =>
        dispute with { State = state, CalledAt = when, CheckAt = when + askAfter, Checks = 0 };

    private static Dispute StillWaiting(Dispute dispute, DateTimeOffset when) =>
        dispute with { CheckAt = when + AskAgain.After(dispute.Checks), Checks = dispute.Checks + 1 };

    private static Dispute Resting(Dispute dispute, DateTimeOffset when)
    {
        var resting = dispute with
        {
            State = dispute.State == DisputeState.WarningSubmitting ? DisputeState.WarningNeedsResponse : DisputeState.NeedsResponse,
            Checks = 0,
        };
        return resting with { CheckAt = NextCheck(resting, when) };
    }

    private static Dispute Done(Dispute now, DateTimeOffset when) =>
        now.State == DisputeState.Accepting ? Resting(now, when) : Resting(now, when) with { SubmittedAt = when };

    private static DateTimeOffset NextCheck(Dispute dispute, DateTimeOffset when) =>
        dispute.NeedsResponse && dispute.EvidenceDueBy + grace is { } due && due > when ? due : when + betweenChecks;

    private static bool IsLastWord(DisputeState state) => state is DisputeState.Won or DisputeState.Lost or DisputeState.Accepted;

    private static int Progress(DisputeState state) => (int)(state switch
    {
        DisputeState.WarningNeedsResponse or DisputeState.WarningSubmitting => DisputeStanding.WarningNeedsResponse,
        DisputeState.WarningUnderReview => DisputeStanding.WarningUnderReview,
        DisputeState.WarningClosed => DisputeStanding.WarningClosed,
        DisputeState.NeedsResponse or DisputeState.Submitting or DisputeState.Accepting => DisputeStanding.NeedsResponse,
        DisputeState.UnderReview => DisputeStanding.UnderReview,
        DisputeState.Won => DisputeStanding.Won,
        DisputeState.Accepted => DisputeStanding.Accepted,
        DisputeState.Lost => DisputeStanding.Lost,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Not a state of a dispute."),
    });

    private static DisputeState StateOf(DisputeStanding standing) => standing switch
    {
        DisputeStanding.WarningNeedsResponse => DisputeState.WarningNeedsResponse,
        DisputeStanding.WarningUnderReview => DisputeState.WarningUnderReview,
        DisputeStanding.WarningClosed => DisputeState.WarningClosed,
        DisputeStanding.NeedsResponse => DisputeState.NeedsResponse,
        DisputeStanding.UnderReview => DisputeState.UnderReview,
        DisputeStanding.Won => DisputeState.Won,
        DisputeStanding.Accepted => DisputeState.Accepted,
        DisputeStanding.Lost => DisputeState.Lost,
        _ => throw new ArgumentOutOfRangeException(nameof(standing), standing, "Not a standing of a dispute."),
    };
}
