using System.Text;
using PaymentGateway.Connectors;
using PaymentGateway.Disputes;
using PaymentGateway.Ledger;
using PaymentGateway.Payments;
using PaymentGateway.Tests.Docs;
using PaymentGateway.Tests.Refunds;

namespace PaymentGateway.Tests.Disputes;

public sealed class DisputeDecisionsTests
{
    /// <summary>– is refused, = changes nothing; else the next state.</summary>
    private const string Table =
        """
        command                        wNeeds   wSubm    wReview  wClosed  needs    subm     accing   review   won      lost     accepted
        evidence                       wNeeds   –        –        –        needs    –        –        –        –        –        –
        submit                         wSubm    –        –        –        subm     –        –        –        –        –        –
        file                           wNeeds   –        –        –        needs    –        –        –        –        –        –
        accept                         –        –        –        –        accing   –        –        –        –        –        –
        resend                         –        wSubm    –        –        –        subm     accing   –        –        –        –
        remind                         wNeeds   =        =        =        needs    =        =        =        =        =        =
        asked                          wNeeds   wSubm    wReview  =        needs    subm     accing   review   =        =        =
        answers_warning_needs_response =        wNeeds   =        =        =        wNeeds   wNeeds   =        =        =        =
        answers_warning_under_review   =        wReview  =        =        =        wReview  wReview  =        =        =        =
        answers_warning_closed         =        wClosed  =        =        =        wClosed  wClosed  =        =        =        =
        answers_needs_response         =        needs    =        =        =        needs    needs    =        =        =        =
        answers_under_review           =        review   =        =        =        review   review   =        =        =        =
        answers_won                    =        won      =        =        =        won      won      =        =        =        =
        answers_accepted               =        accepted =        =        =        accepted accepted =        =        =        =
        answers_lost                   =        lost     =        =        =        lost     accepted =        =        =        =
        declines                       =        wNeeds   =        =        =        needs    needs    =        =        =        =
        not_found                      =        wSubm    =        =        =        subm     accing   =        =        =        =
        unknown                        =        wSubm    =        =        =        subm     accing   =        =        =        =
        not_called                     =        wSubm    =        =        =        subm     accing   =        =        =        =
        says_warning_needs_response    wNeeds   wSubm    wNeeds   wNeeds   wNeeds   wSubm    wNeeds   wNeeds   wNeeds   wNeeds   wNeeds
        says_warning_under_review      wReview  wReview  wReview  wReview  wReview  wReview  wReview  wReview  wReview  wReview  wReview
        says_warning_closed            wClosed  wClosed  wClosed  wClosed  wClosed  wClosed  wClosed  wClosed  wClosed  wClosed  wClosed
        says_needs_response            needs    subm     needs    needs    needs    subm     accing   needs    needs    needs    needs
        says_under_review              review   review   review   review   review   review   review   review   review   review   review
        says_won                       won      won      won      won      won      won      won      won      won      won      won
        says_accepted                  accepted accepted accepted accepted accepted accepted accepted accepted accepted accepted accepted
        says_lost                      lost     lost     lost     lost     lost     lost     accepted lost     lost     lost     accepted
        older_news                     =        =        =        =        =        =        =        =        =        =        =
        """;

    private static readonly DateTimeOffset when = new(2026, 11, 2, 9, 30, 0, TimeSpan.Zero);
    private static readonly TimeSpan askAfter = TimeSpan.FromSeconds(35);
    private static readonly EvidenceFile file = new("file_1", 0, EvidencePurpose.Receipt, "a.pdf", "application/pdf", 10, new string('0', 64), when);

    private static readonly (string Group, string Name, DisputeCommand Command)[] commands =
    [
        ("Commands", "evidence", new DisputeCommand.SaveEvidence(Texts("It was sent."), IsToBeSubmitted: false, askAfter)),
        ("Commands", "submit", new DisputeCommand.SaveEvidence(Texts("It was sent."), IsToBeSubmitted: true, askAfter)),
        ("Commands", "file", new DisputeCommand.AttachFile(file)),
        ("Commands", "accept", new DisputeCommand.Accept(askAfter)),
        ("Our own", "resend", new DisputeCommand.Resend(askAfter)),
        ("Our own", "remind", new DisputeCommand.Remind()),
        ("Our own", "asked", new DisputeCommand.Asked(null)),
        .. Enum.GetValues<DisputeStanding>().Select(standing =>
            ("What the processor answers", "answers_" + StateWords.Of(standing),
                (DisputeCommand)new DisputeCommand.Answer(new DisputeOutcome.Reported(Said(standing))))),
        ("What the processor answers", "declines", new DisputeCommand.Answer(new DisputeOutcome.Declined("Too late.", "late", null))),
        ("What the processor answers", "not_found", new DisputeCommand.Answer(new DisputeOutcome.NotFound())),
        ("What the processor answers", "unknown", new DisputeCommand.Answer(new DisputeOutcome.Unknown("no answer"))),
        ("What the processor answers", "not_called", new DisputeCommand.Answer(new DisputeOutcome.NotCalled("breaker open"))),
        .. Enum.GetValues<DisputeStanding>().Select(standing =>
            ("What the processor tells", "says_" + StateWords.Of(standing), (DisputeCommand)new DisputeCommand.News(Said(standing)))),
        ("What the processor tells", "older_news", new DisputeCommand.News(Said(DisputeStanding.Won) with { Revision = 3 })),
    ];

    internal static StateMachine Machine => StateMachine.Of(
        "dispute", "a dispute",
        "The newest word of the processor is what is, whatever was said before; an older one changes nothing. Warning submitting, submitting and "
        + "accepting are `warning_needs_response` and `needs_response` for callers, with `inProgress`. The money is taken in needs response, "
        + "submitting, accepting, under review, lost and accepted, and in no other state.",
        commands.Select(c => (c.Group, c.Name, c.Command)),
        Enum.GetValues<DisputeState>().Select(state => (StateWords.Of(state), In(state))), dispute => StateWords.Of(dispute.State),
        (dispute, command) => DisputeDecisions.Decide(dispute, PaymentOf(dispute), command, when) is { IsRefused: false } decided
            ? decided.Value.Next
            : null);

    [Fact]
    public void Every_state_meets_every_command_as_the_table_says()
    {
        var printed = new StringBuilder();
        foreach (var (_, name, command) in commands)
        {
            printed.Append(name).Append(' ')
                .AppendJoin(' ', Enum.GetValues<DisputeState>().Select(state => Cell(In(state), command))).AppendLine();
        }

        Assert.Equal(Normal(Table), Normal("command " + string.Join(' ', Enum.GetValues<DisputeState>().Select(Short)) + "\n" + printed));
    }

    [Fact]
    public void Money_is_taken_and_the_dispute_is_asked_about_as_the_state_says_and_every_posting_sums_to_zero()
    {
        foreach (var state in Enum.GetValues<DisputeState>())
        {
            foreach (var (_, name, command) in commands)
            {
                var decided = DisputeDecisions.Decide(In(state), PaymentOf(In(state)), command, when);
                if (!decided.IsRefused)
                {
                    var (before, next) = (In(state), decided.Value.Next);
                    var why = $"{state} {name}";
                    Assert.True(next.IsClosed == (next.CheckAt is null), why);
                    Assert.True(next.IsClosed == (next.ClosedAt is not null), why);
                    Assert.True(next.TakesMoney == next.Taken.IsPositive, why);
                    Assert.All(decided.Value.Postings, p => Assert.Equal(0, p.Entries.Sum(e => e.Amount.Minor)));
                    Assert.Equal(Owed(before) - Owed(next), decided.Value.Postings.SelectMany(p => p.Entries)
                        .Where(e => e.Account == Chart.ProcessorReceivable("sandbox")).Sum(e => e.Amount.Minor));
                    Assert.True(next.State == before.State || decided.Value.Facts.Count == 1, why);
                }
            }
        }

        static long Owed(Dispute dispute) => dispute.Fee.Minor + (dispute.TakesMoney ? dispute.Amount.Minor : 0);
    }

    public static TheoryData<string, string> Permutations
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var end in (string[])["Won", "Lost", "Accepted"])
            {
                foreach (var order in (string[])["123", "132", "213", "231", "312", "321", "112233", "332211", "12312", "3", "13", "31"])
                {
                    data.Add(end, order);
                }
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Permutations))]
    public void Opened_updated_and_closed_end_in_the_same_in_any_order_and_however_often(string end, string order)
    {
        var standings = new[] { DisputeStanding.NeedsResponse, DisputeStanding.UnderReview, Enum.Parse<DisputeStanding>(end) };
        var payment = RefundDecisionsTests.Captured(10000);
        var facts = new List<string>();
        var booked = new Dictionary<string, long>();
        Dispute? dispute = null;
        foreach (var i in order.Select(digit => digit - '1'))
        {
            var report = Said(standings[i]) with { Revision = i + 1 };
            var step = dispute is null
                ? DisputeDecisions.Open(payment, payment.Charge!, report, "dp_1", when)
                : DisputeDecisions.Decide(dispute, payment, new DisputeCommand.News(report), when).Value;
            payment = payment with { AmountDisputed = step.Next.Taken };
            facts.AddRange(step.Facts);
            foreach (var entry in step.Postings.SelectMany(posting => posting.Entries))
            {
                booked[entry.Account.Code] = booked.GetValueOrDefault(entry.Account.Code) + entry.Amount.Minor;
            }

            dispute = step.Next;
        }

        var taken = end == "Won" ? 0 : 10000;
        Assert.Equal((end, 3L, (long)taken), (dispute!.State.ToString(), dispute.Revision, dispute.Taken.Minor));
        Assert.Equal((1, 1), (facts.Count(f => f == "dispute.opened"), facts.Count(f => f == "dispute.closed")));
        Assert.Equal((taken + 1500, -taken - 1500), (booked["merchant_payable"], booked["processor_receivable:sandbox"]));
    }

    [Theory]
    [InlineData(DisputeStanding.Won, DisputeStanding.Lost, DisputeState.Lost)]
    [InlineData(DisputeStanding.Lost, DisputeStanding.Won, DisputeState.Lost)]
    [InlineData(DisputeStanding.Accepted, DisputeStanding.Won, DisputeState.Accepted)]
    [InlineData(DisputeStanding.Won, DisputeStanding.Accepted, DisputeState.Accepted)]
    public void Two_last_words_of_one_moment_are_a_contradiction_with_one_end(DisputeStanding first, DisputeStanding second, DisputeState end)
    {
        var payment = RefundDecisionsTests.Captured(10000);
        var opened = DisputeDecisions.Open(payment, payment.Charge!, Said(first), "dp_1", when).Next;
        var next = DisputeDecisions.Decide(opened, payment with { AmountDisputed = opened.Taken }, new DisputeCommand.News(Said(second)), when).Value.Next;

        Assert.Equal((end, DisputeContradiction.FinalWordsDiffer), (next.State, next.Contradiction));
    }

    [Fact]
    public void A_dispute_takes_what_is_left_and_what_becomes_free_later_and_the_rest_is_claimed_from_the_processor()
    {
        var payment = RefundDecisionsTests.Captured(10000) with { AmountRefunded = RefundDecisionsTests.Rupees(6000) };
        var opened = DisputeDecisions.Open(payment, payment.Charge!, Said(DisputeStanding.NeedsResponse), "dp_1", when);
        Assert.Equal((4000, DisputeContradiction.ExceedsPayment), (opened.Next.Taken.Minor, opened.Next.Contradiction));
        Assert.Equal(6000, Claimed(opened));

        payment = payment with { AmountRefunded = RefundDecisionsTests.Rupees(5000), AmountDisputed = opened.Next.Taken };
        var lost = DisputeDecisions.Decide(opened.Next, payment, new DisputeCommand.News(Said(DisputeStanding.Lost) with { Revision = 6 }), when).Value;
        Assert.Equal((5000, DisputeContradiction.ExceedsPayment), (lost.Next.Taken.Minor, lost.Next.Contradiction));
        Assert.Equal(-1000, Claimed(lost));

        payment = payment with { AmountDisputed = lost.Next.Taken };
        var won = DisputeDecisions.Decide(lost.Next, payment, new DisputeCommand.News(Said(DisputeStanding.Won) with { Revision = 7 }), when).Value;
        Assert.Equal((0L, null), (won.Next.Taken.Minor, won.Next.Contradiction));
        Assert.Equal(-5000, Claimed(won));

        static long Claimed(DisputeStep step) => step.Postings.SelectMany(posting => posting.Entries)
            .Where(entry => entry.Account == Chart.DisputeClaims("sandbox")).Sum(entry => entry.Amount.Minor);
    }

    [Fact]
    public void An_amount_that_the_processor_changes_is_booked_anew()
    {
        var payment = RefundDecisionsTests.Captured(10000);
        var opened = DisputeDecisions.Open(payment, payment.Charge!, Said(DisputeStanding.NeedsResponse), "dp_1", when).Next;
        var changed = DisputeDecisions.Decide(opened, payment with { AmountDisputed = opened.Taken },
            new DisputeCommand.News(Said(DisputeStanding.NeedsResponse) with { Revision = 6, Amount = RefundDecisionsTests.Rupees(2500) }), when).Value;

        Assert.Equal((2500, 2500), (changed.Next.Amount.Minor, changed.Next.Taken.Minor));
        Assert.Equal(["dispute_return:dp_1:3", "dispute:dp_1:4"], changed.Postings.Select(posting => posting.BusinessKey));
    }

    [Fact]
    public void Another_currency_takes_nothing_of_the_payment()
    {
        var payment = RefundDecisionsTests.Captured(10000);
        Currency.TryParse("USD", out var dollars);
        var report = Said(DisputeStanding.NeedsResponse) with { Amount = Money.FromMinor(100, dollars!), Fee = Money.FromMinor(15, dollars!) };
        var opened = DisputeDecisions.Open(payment, payment.Charge!, report, "dp_1", when);

        Assert.Equal((0, DisputeContradiction.CurrencyDiffers), (opened.Next.Taken.Minor, opened.Next.Contradiction));
        Assert.All(opened.Postings, p => Assert.Equal(0, p.Entries.Sum(e => e.Amount.Minor)));
    }

    [Fact]
    public void A_deadline_is_reminded_of_once_and_a_new_one_again()
    {
        var payment = RefundDecisionsTests.Captured(10000);
        var opened = DisputeDecisions.Open(payment, payment.Charge!, Said(DisputeStanding.NeedsResponse), "dp_1", when).Next;
        Assert.Equal(opened.EvidenceDueBy - TimeSpan.FromDays(3), opened.RemindAt);

        var reminded = DisputeDecisions.Decide(opened, payment, new DisputeCommand.Remind(), when).Value;
        Assert.True(reminded.IsReminder && reminded.Next.RemindAt is null);
        Assert.Same(reminded.Next, DisputeDecisions.Decide(reminded.Next, payment, new DisputeCommand.Remind(), when).Value.Next);

        var later = Said(DisputeStanding.NeedsResponse) with { Revision = 6, EvidenceDueBy = when.AddDays(40) };
        Assert.Equal(when.AddDays(37), DisputeDecisions.Decide(reminded.Next, payment, new DisputeCommand.News(later), when).Value.Next.RemindAt);
        var near = Said(DisputeStanding.NeedsResponse) with { EvidenceDueBy = when.AddDays(2) };
        Assert.Null(DisputeDecisions.Open(payment, payment.Charge!, near, "dp_1", when).Next.RemindAt);
    }

    [Fact]
    public void Every_request_has_a_key_of_its_own_and_a_repeat_has_the_same()
    {
        var open = In(DisputeState.NeedsResponse);
        var sent = Give(open, commands[1].Command);
        Assert.Equal(sent.RequestKey, Give(sent, new DisputeCommand.Resend(askAfter)).RequestKey);

        var declined = Give(sent, new DisputeCommand.Answer(new DisputeOutcome.Declined("Unreadable.", "x", null)));
        Assert.NotEqual(sent.RequestKey, Give(declined, commands[1].Command).RequestKey);
        Assert.NotEqual(sent.RequestKey, Give(declined, new DisputeCommand.Accept(askAfter)).RequestKey);
    }

    [Fact]
    public void Evidence_is_merged_emptied_and_never_handed_in_empty()
    {
        var open = In(DisputeState.NeedsResponse);
        var kept = Give(open, commands[0].Command);
        var more = Give(kept, new DisputeCommand.SaveEvidence(new Dictionary<string, string> { ["serviceDate"] = "1 May" }, false, askAfter));
        Assert.Equal(["explanation", "serviceDate"], more.Evidence.Keys.Order());

        var less = Give(more, new DisputeCommand.SaveEvidence(new Dictionary<string, string> { ["explanation"] = "", ["serviceDate"] = "" }, false, askAfter));
        Assert.Empty(less.Evidence);
        var refused = DisputeDecisions.Decide(less, PaymentOf(less), new DisputeCommand.SaveEvidence(new Dictionary<string, string>(), true, askAfter), when);
        Assert.Equal("VALIDATION_FAILED", refused.Refusal?.Kind.Code);
    }

    [Fact]
    public void A_ninth_file_is_refused()
    {
        var dispute = In(DisputeState.NeedsResponse);
        for (var i = 1; i <= EvidenceFile.CountMax; i++)
        {
            dispute = Give(dispute, new DisputeCommand.AttachFile(file));
            Assert.Equal(i, dispute.Files[^1].Position);
        }

        Assert.Equal("EVIDENCE_FILE_REFUSED", DisputeDecisions.Decide(dispute, PaymentOf(dispute), new DisputeCommand.AttachFile(file), when).Refusal?.Kind.Code);
    }

    private static Dispute Give(Dispute dispute, DisputeCommand command) => DisputeDecisions.Decide(dispute, PaymentOf(dispute), command, when).Value.Next;

    private static Dictionary<string, string> Texts(string explanation) => new() { ["explanation"] = explanation };

    private static DisputeReport Said(DisputeStanding standing) => new(
        "ch_1", "ref", 5, standing, RefundDecisionsTests.Rupees(10000), RefundDecisionsTests.Rupees(1500), DisputeReason.Fraudulent, "10.4",
        when.AddDays(14));

    private static Payment PaymentOf(Dispute dispute) => RefundDecisionsTests.Captured(10000) with { AmountDisputed = dispute.Taken };

    /// <summary>A dispute on the word before the one that <see cref="Said"/> gives.</summary>
    private static Dispute In(DisputeState state)
    {
        var standing = state switch
        {
            DisputeState.WarningSubmitting => DisputeStanding.WarningNeedsResponse,
            DisputeState.Submitting or DisputeState.Accepting => DisputeStanding.NeedsResponse,
            _ => Enum.Parse<DisputeStanding>(state.ToString()),
        };
        var payment = RefundDecisionsTests.Captured(10000);
        var opened = DisputeDecisions.Open(payment, payment.Charge!, Said(standing) with { Revision = 4 }, "dp_1", when).Next;
        return opened with { State = state, Requests = state == opened.State ? 0 : 1 };
    }

    private static string Cell(Dispute dispute, DisputeCommand command)
    {
        var decided = DisputeDecisions.Decide(dispute, PaymentOf(dispute), command, when);
        return decided.IsRefused ? "–" : ReferenceEquals(decided.Value.Next, dispute) ? "=" : Short(decided.Value.Next.State);
    }

    /// <summary>So that a row of the table fits a line.</summary>
    private static string Short(DisputeState state) => state switch
    {
        DisputeState.WarningNeedsResponse => "wNeeds",
        DisputeState.WarningSubmitting => "wSubm",
        DisputeState.WarningUnderReview => "wReview",
        DisputeState.WarningClosed => "wClosed",
        DisputeState.NeedsResponse => "needs",
        DisputeState.Submitting => "subm",
        DisputeState.Accepting => "accing",
        DisputeState.UnderReview => "review",
        _ => state.ToString().ToLowerInvariant(),
    };

    private static string Normal(string table) => string.Join('\n', table.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))));
}
