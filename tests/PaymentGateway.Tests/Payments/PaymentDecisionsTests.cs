using System.Text;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Payments;
using PaymentGateway.Tests.Docs;

namespace PaymentGateway.Tests.Payments;

/// <summary>
/// Every state × every command and every word of the processor. The table is the specification: a cell that changes, a new state or
/// a new word makes the test fail until somebody has thought about it.
/// </summary>
public sealed class PaymentDecisionsTests
{
    private static readonly DateTimeOffset when = new(2026, 11, 2, 9, 30, 0, TimeSpan.Zero);
    private static readonly Money amount = Money.FromMinor(271667, Currency.INR);
    private static readonly Money part = Money.FromMinor(71667, Currency.INR);
    private static readonly MethodSummary card = new("card", "visa", "1111");
    private static readonly TimeSpan askAfter = TimeSpan.FromSeconds(25);
    private static readonly HoldFeatures everything = new(true, true, true, new Dictionary<string, TimeSpan>());

    /// <summary>In the order of the columns. What is not the latest charge's news is tested below.</summary>
    private static readonly (string Name, PaymentCommand Command)[] commands =
    [
        ("choose", new PaymentCommand.Choose(new Instrument.Card("tok_1"))),
        ("confirm", new PaymentCommand.Confirm("ch_new", "sandbox", card, new(2, 18), null, askAfter)),
        ("capture", new PaymentCommand.Capture("cap_new", null, IsFinal: true, everything, askAfter)),
        ("capturepart", new PaymentCommand.Capture("cap_new", part, IsFinal: false, everything, askAfter)),
        ("increment", new PaymentCommand.Increment("inc_new", amount + part, everything, askAfter)),
        ("expirehold", new PaymentCommand.ExpireHold(askAfter)),
        ("describe", new PaymentCommand.Update(new(Description: "New"))),
        ("reprice", new PaymentCommand.Update(new(Amount: part))),
        ("cancel", new PaymentCommand.Cancel("requested_by_merchant", askAfter)),
        ("expire", new PaymentCommand.Expire(askAfter)),
        ("abandon", new PaymentCommand.Abandon(askAfter)),
        ("acceptheld", new PaymentCommand.AcceptLate("ch_1", new ConnectorOutcome.Authorized("ref", card))),
        ("acceptpaid", new PaymentCommand.AcceptLate("ch_1", new ConnectorOutcome.Captured("ref", card))),
        ("acceptless", new PaymentCommand.AcceptAmount("ch_1", part)),
        ("authorized", News(new ConnectorOutcome.Authorized("ref", card))),
        ("captured", News(new ConnectorOutcome.Captured("ref", card))),
        ("action", News(new ConnectorOutcome.ActionRequired("ref", new NextAction("three_d_secure", "https://bank.example/1"), card))),
        ("pending", News(new ConnectorOutcome.Pending("ref", card))),
        ("declined", News(new ConnectorOutcome.Declined("ref", "CARD_DECLINED", "Declined.", "05", card))),
        ("voided", News(new ConnectorOutcome.Voided("ref"))),
        ("notfound", News(new ConnectorOutcome.NotFound())),
        ("unknown", News(new ConnectorOutcome.Unknown("no answer"))),
        ("notcalled", News(new ConnectorOutcome.NotCalled("breaker open"))),
        ("returned", News(new ConnectorOutcome.Returned("ref", amount, "BANK_DEBIT_RETURNED", "Back.", "MD06", card))),
        ("op:authorized", OperationNews(new ConnectorOutcome.Authorized("ref", card))),
        ("op:captured", OperationNews(new ConnectorOutcome.Captured("ref", card))),
        ("op:declined", OperationNews(new ConnectorOutcome.Declined("ref", "PAYMENT_DECLINED", "Declined.", "05", card))),
        ("op:expired", OperationNews(new ConnectorOutcome.Declined("ref", "AUTHORIZATION_EXPIRED", "Over.", null, card))),
        ("op:voided", OperationNews(new ConnectorOutcome.Voided("ref"))),
        ("op:notfound", OperationNews(new ConnectorOutcome.NotFound())),
        ("op:unknown", OperationNews(new ConnectorOutcome.Unknown("no answer"))),
        ("op:notcalled", OperationNews(new ConnectorOutcome.NotCalled("breaker open"))),
    ];

    /// <summary>
    /// RPM requires_payment_method, RCO requires_confirmation, RA requires_action, AU authorizing, PE pending, RC requires_capture,
    /// CA capturing, IN incrementing, VO voiding, OK succeeded, CX canceled, FA failed; – refused, = nothing happens.
    /// First the commands, then what the processor says of the charge, then what it says of the capture or increment op_1, which is under
    /// way in the states capturing and incrementing. "-rest" has a part captured already, "-part" asks for one and is not final.
    /// Voiding comes four times: to cancel a hold, or its rest, to cancel a waiting attempt, to give up only the attempt.
    /// </summary>
    private const string Table =
        """
        state             choose confirm capture capturepart increment expirehold describe reprice cancel expire abandon acceptheld acceptpaid acceptless
        new               RCO    AU      –       –           –         –          RPM      RPM     CX     CX     –              –          –          –
        declined          RCO    AU      –       –           –         –          RPM      RPM     CX     CX     –      RC         OK         –
        confirmation      RCO    AU      –       –           –         –          RCO      RCO     CX     CX     –      RC         OK         –
        action            –      –       –       –           –         –          RA       –       VO     VO     VO     –          –          OK
        authorizing       –      –       –       –           –         –          AU       –       –      –      –      –          –          OK
        last-attempt       –      –       –       –           –         –          AU       –       –      –      –      –          –          OK
        pending           –      –       –       –           –         –          PE       –       –      –      –      –          –          OK
        capture           –      –       CA      CA          IN        VO         RC       –       VO     –      –      –          –          OK
        capture-rest      –      –       CA      CA          IN        VO         RC       –       VO     –      –      –          –          OK
        capturing         –      –       –       –           –         –          CA       –       –      –      –      –          –          OK
        capturing-part    –      –       –       –           –         –          CA       –       –      –      –      –          –          OK
        capturing-rest    –      –       –       –           –         –          CA       –       –      –      –      –          –          OK
        incrementing      –      –       –       –           –         –          IN       –       –      –      –      –          –          OK
        voiding-hold      –      –       –       –           –         –          VO       –       –      –      –      –          –          OK
        voiding-rest      –      –       –       –           –         –          VO       –       –      –      –      –          –          OK
        voiding-action    –      –       –       –           –         –          VO       –       –      –      –      –          –          OK
        voiding-attempt   –      –       –       –           –         –          VO       –       –      –      –      –          –          OK
        succeeded         –      –       –       –           –         –          –        –       –      –      –      –          –          –
        canceled          –      –       –       –           –         –          –        –       –      –      –      RC         OK         –
        failed            –      –       –       –           –         –          –        –       –      –      –      RC         OK         –
        returned          –      –       –       –           –         –          –        –       –      –      –      –          –          –

        state             authorized captured action pending declined voided notfound unknown notcalled returned
        new               –          –        =      =       =        =      =        =       = =
        declined          –          –        =      =       =        =      =        =       = =
        confirmation      –          –        =      =       =        =      =        =       = =
        action            RC         OK       RA     PE      RPM      RPM    RPM      RA      RPM RPM
        authorizing       RC         OK       RA     PE      RPM      RPM    RPM      AU      RPM RPM
        last-attempt      RC         OK       RA     PE      FA       FA     FA       AU      FA FA
        pending           RC         OK       RA     PE      RPM      RPM    RPM      PE      RPM RPM
        capture           =          OK       =      =       –        CX     =        =       = =
        capture-rest      =          OK       =      =       –        OK     =        =       = =
        capturing         =          OK       =      =       =        CX     =        =       = =
        capturing-part    =          –        =      =       =        CX     =        =       = =
        capturing-rest    =          OK       =      =       =        OK     =        =       = =
        incrementing      =          OK       =      =       =        CX     =        =       = =
        voiding-hold      RC         OK       VO     VO      RC       CX     CX       VO      RC VO
        voiding-rest      RC         OK       VO     VO      RC       OK     OK       VO      RC VO
        voiding-action    RC         OK       RA     VO      CX       CX     CX       VO      RA VO
        voiding-attempt   RC         OK       RA     VO      RPM      RPM    RPM      VO      RA VO
        succeeded         =          =        =      =       –        –      =        =       = RT
        canceled          –          –        =      =       =        =      =        =       = =
        failed            –          –        =      =       =        =      =        =       = =
        returned          =          =        =      =       =        =      =        =       = =

        state             op:authorized op:captured op:declined op:expired op:voided op:notfound op:unknown op:notcalled
        new               –             –           =           =          =         =           =          =
        declined          =             –           =           =          =         =           =          =
        confirmation      =             –           =           =          =         =           =          =
        action            =             –           =           =          =         =           =          =
        authorizing       =             –           =           =          =         =           =          =
        last-attempt      =             –           =           =          =         =           =          =
        pending           =             –           =           =          =         =           =          =
        capture           =             –           =           =          =         =           =          =
        capture-rest      =             –           =           =          =         =           =          =
        capturing         RC            OK          RC          CX         CX        CA          CA         RC
        capturing-part    RC            RC          RC          CX         CX        CA          CA         RC
        capturing-rest    RC            OK          RC          OK         OK        CA          CA         RC
        incrementing      RC            –           RC          CX         CX        IN          IN         RC
        voiding-hold      =             –           =           =          =         =           =          =
        voiding-rest      =             –           =           =          =         =           =          =
        voiding-action    =             –           =           =          =         =           =          =
        voiding-attempt   =             –           =           =          =         =           =          =
        succeeded         =             –           =           =          =         =           =          =
        canceled          =             –           =           =          =         =           =          =
        failed            =             –           =           =          =         =           =          =
        returned          =             –           =           =          =         =           =          =
        """;

    [Fact]
    public void Every_state_meets_every_command_as_the_table_says()
    {
        var printed = new StringBuilder();
        foreach (var columns in commands.GroupBy(c => c.Command is PaymentCommand.News news ? news.OperationId ?? "charge" : "command"))
        {
            printed.Append($"{"state",-17} ").AppendJoin(' ', columns.Select(c => c.Name)).AppendLine();
            foreach (var (name, payment) in States())
            {
                printed.Append($"{name,-17} ").AppendJoin(' ', columns.Select(c => Cell(payment, c.Command).PadRight(c.Name.Length))).AppendLine();
            }
        }

        Assert.Equal(Normal(Table), Normal(printed.ToString()));
    }

    [Fact]
    public void Every_state_of_a_payment_is_a_row_of_the_table() =>
        Assert.Equal(Enum.GetValues<PaymentState>().Order(), States().Select(s => s.Payment.State).Distinct().Order());

    [Fact]
    public void Every_word_of_a_processor_is_a_column_of_the_table() => Assert.Equal(
        typeof(ConnectorOutcome).GetNestedTypes().Where(t => t.IsSubclassOf(typeof(ConnectorOutcome))).Select(t => t.Name).Order(),
        commands.Select(c => c.Command).OfType<PaymentCommand.News>().Where(n => n.OperationId is null)
            .Select(n => n.Outcome.GetType().Name).Order());

    [Fact]
    public void News_of_an_earlier_charge_changes_nothing_unless_it_moved_money()
    {
        foreach (var (name, payment) in States())
        {
            foreach (var news in commands.Select(c => c.Command).OfType<PaymentCommand.News>())
            {
                var moved = news.Outcome is ConnectorOutcome.Authorized or ConnectorOutcome.Captured;
                Assert.Equal(moved ? "–" : "=", Cell(payment, news with { ChargeId = "ch_earlier" }));
            }
        }
    }

    [Fact]
    public void No_word_that_is_to_be_applied_is_refused()
    {
        foreach (var (name, payment) in States())
        {
            foreach (var news in commands.Select(c => c.Command).OfType<PaymentCommand.News>())
            {
                foreach (var total in (Money?[])[null, amount, part, amount - part, amount + part])
                {
                    var said = news.Outcome is ConnectorOutcome.Captured captured ? news with { Outcome = captured with { Total = total } } : news;
                    var judged = NewsDecisions.Judge(null, payment, amount, said);
                    var decided = judged.Verdict switch
                    {
                        Verdict.Apply => PaymentDecisions.Decide(payment, said, when),
                        Verdict.Accept => PaymentDecisions.Decide(payment, new PaymentCommand.AcceptLate("ch_1", said.Outcome), when),
                        _ => PaymentStep.Nothing(payment),
                    };
                    Assert.True(!decided.IsRefused, $"{name} {said}: {judged}");
                }
            }
        }
    }

    [Fact]
    public void The_limits_hold_after_every_legal_move()
    {
        foreach (var (_, payment) in States())
        {
            foreach (var (_, command) in commands)
            {
                var decided = PaymentDecisions.Decide(payment, command, when);
                if (!decided.IsRefused)
                {
                    var next = decided.Value.Next;
                    Assert.True(next.AmountCaptured <= next.AmountAuthorized && next.AmountAuthorized <= next.Amount);
                    Assert.True(next.State != PaymentState.Succeeded || (next.AmountCaptured.IsPositive && next.AmountCapturable.IsZero));
                    Assert.True(next.AmountCaptured == (next.Charge?.AmountCaptured ?? next.AmountCaptured));
                    Assert.Equal(next.Charge?.CheckAt is not null, next.Charge?.State is ChargeState.Submitted or ChargeState.RequiresAction
                        or ChargeState.Pending or ChargeState.Capturing or ChargeState.Incrementing or ChargeState.Voiding);
                    Assert.All(decided.Value.Postings, p => Assert.Equal(0, p.Entries.Sum(e => e.Amount.Minor)));
                }
            }
        }
    }

    [Fact]
    public void After_ten_declined_attempts_a_payment_has_failed_and_takes_no_more()
    {
        var tenth = In(PaymentState.Authorizing, ChargeState.Submitted) with { Attempts = Payment.AttemptsMax };

        var decided = PaymentDecisions.Decide(tenth, commands.Single(c => c.Name == "declined").Command, when);

        Assert.Equal(PaymentState.Failed, decided.Value.Next.State);
    }

    [Fact]
    public void An_unknown_outcome_is_asked_about_later_and_later_and_told_of_once()
    {
        var payment = In(PaymentState.Authorizing, ChargeState.Submitted);
        var unknown = commands.Single(c => c.Name == "unknown").Command;
        var last = TimeSpan.Zero;
        for (var check = 1; check <= 20; check++)
        {
            var step = PaymentDecisions.Decide(payment, unknown, when).Value;
            Assert.Equal(check == 1 ? ["payment.processing"] : [], step.Facts);
            var delay = step.Next.Charge!.CheckAt!.Value - when;
            Assert.True(delay > last || delay == TimeSpan.FromHours(1));
            (payment, last) = (step.Next, delay);
        }
    }

    [Fact]
    public void Fee_and_tax_are_rounded_half_to_even_and_booked_on_capture()
    {
        var payment = In(PaymentState.RequiresPaymentMethod, null);
        var submitted = PaymentDecisions.Decide(payment, commands.Single(c => c.Name == "confirm").Command, when).Value.Next;

        var captured = PaymentDecisions.Decide(
            submitted, new PaymentCommand.News("ch_new", new ConnectorOutcome.Captured("ref", card)), when).Value.Next;

        // 2 % of 2716.67 is 54.3334; 18 % of 54.33 is 9.7794.
        Assert.Equal(5433, captured.Charge!.Fee.Minor);
        Assert.Equal(978, captured.Charge.Tax.Minor);
    }

    internal static StateMachine Machine => StateMachine.Of(
        "payment", "a payment",
        "A payment goes through as many attempts as it needs, one at a time. Authorizing, pending, capturing and voiding are `processing` "
        + "for callers: the processor has been told and has not answered for good.",
        commands.Select(c => (c.Command is PaymentCommand.News ? "What the processor says of the latest attempt" : "Commands", c.Name, c.Command)),
        States(), payment => StateWords.Of(payment.State),
        (payment, command) => PaymentDecisions.Decide(payment, command, when) is { IsRefused: false } decided ? decided.Value.Next : null);

    [Fact]
    public void The_network_s_id_of_the_first_transaction_that_moved_money_is_kept()
    {
        var asked = In(PaymentState.Authorizing, ChargeState.Submitted);
        Assert.Null(Heard(asked, new ConnectorOutcome.Declined("ref", "CARD_DECLINED", "Declined.", "05", card) { NetworkTransactionId = "NONE" }).Charge!.NetworkTransactionId);
        Assert.Null(Heard(asked, new ConnectorOutcome.Pending("ref", card) { NetworkTransactionId = "NONE" }).Charge!.NetworkTransactionId);

        var held = Heard(asked, new ConnectorOutcome.Authorized("ref", card) { NetworkTransactionId = "FIRST" });
        Assert.Equal("FIRST", held.Charge!.NetworkTransactionId);
        var taken = Heard(held, new ConnectorOutcome.Captured("ref", card) { NetworkTransactionId = "SECOND" });
        Assert.Equal("FIRST", taken.Charge!.NetworkTransactionId);
        Assert.Equal("FIRST", Heard(held, new ConnectorOutcome.Captured("ref", card)).Charge!.NetworkTransactionId);
    }

    [Fact]
    public void What_a_dispute_has_taken_of_a_debit_does_not_come_back_once_more()
    {
        var disputed = States().Single(state => state.Name == "succeeded").Payment with { AmountDisputed = part };
        var whole = new ConnectorOutcome.Returned("ref", amount, "BANK_DEBIT_RETURNED", "Back.", "MD06", card);

        var returned = PaymentDecisions.Decide(disputed, News(whole), when).Value.Next;
        Assert.Equal((amount - part, (DateTimeOffset?)null), (returned.AmountReturned, returned.Charge!.CheckAt));

        var allDisputed = disputed with { AmountDisputed = amount };
        Assert.Same(allDisputed, PaymentDecisions.Decide(allDisputed, News(whole), when).Value.Next);
    }

    [Fact]
    public void What_is_accepted_late_brings_its_proofs_with_it()
    {
        var given = In(PaymentState.RequiresPaymentMethod, ChargeState.Failed);
        var late = new PaymentCommand.AcceptLate("ch_1", new ConnectorOutcome.Captured("ref", card) { NetworkTransactionId = "LATE" });
        Assert.Equal("LATE", PaymentDecisions.Decide(given, late, when).Value.Next.Charge!.NetworkTransactionId);
    }

    private static Payment Heard(Payment payment, ConnectorOutcome outcome) => PaymentDecisions.Decide(payment, News(outcome), when).Value.Next;

    private static string Cell(Payment payment, PaymentCommand command)
    {
        var decided = PaymentDecisions.Decide(payment, command, when);
        return decided.IsRefused ? "–" : ReferenceEquals(decided.Value.Next, payment) ? "=" : decided.Value.Next.State switch
        {
            PaymentState.RequiresPaymentMethod => "RPM",
            PaymentState.RequiresConfirmation => "RCO",
            PaymentState.RequiresAction => "RA",
            PaymentState.Authorizing => "AU",
            PaymentState.Pending => "PE",
            PaymentState.RequiresCapture => "RC",
            PaymentState.Capturing => "CA",
            PaymentState.Incrementing => "IN",
            PaymentState.Voiding => "VO",
            PaymentState.Succeeded => "OK",
            PaymentState.Canceled => "CX",
            PaymentState.Returned => "RT",
            _ => "FA",
        };
    }

    private static IEnumerable<(string Name, Payment Payment)> States() =>
    [
        ("new", In(PaymentState.RequiresPaymentMethod, null)),
        ("declined", In(PaymentState.RequiresPaymentMethod, ChargeState.Failed)),
        ("confirmation", In(PaymentState.RequiresConfirmation, ChargeState.Failed)),
        ("action", In(PaymentState.RequiresAction, ChargeState.RequiresAction)),
        ("authorizing", In(PaymentState.Authorizing, ChargeState.Submitted)),
        ("last-attempt", In(PaymentState.Authorizing, ChargeState.Submitted) with { Attempts = Payment.AttemptsMax }),
        ("pending", In(PaymentState.Pending, ChargeState.Pending)),
        ("capture", Held(In(PaymentState.RequiresCapture, ChargeState.Authorized))),
        ("capture-rest", Taken(Held(In(PaymentState.RequiresCapture, ChargeState.Authorized)), part)),
        ("capturing", Asked(Held(In(PaymentState.Capturing, ChargeState.Capturing)), amount)),
        ("capturing-part", Asked(Held(In(PaymentState.Capturing, ChargeState.Capturing)), part)),
        ("capturing-rest", Asked(Taken(Held(In(PaymentState.Capturing, ChargeState.Capturing)), part), amount - part)),
        ("incrementing", Raised(Held(In(PaymentState.Incrementing, ChargeState.Incrementing)))),
        ("voiding-hold", Held(In(PaymentState.Voiding, ChargeState.Voiding)) with { CancelReason = "requested_by_merchant" }),
        ("voiding-rest", Taken(Held(In(PaymentState.Voiding, ChargeState.Voiding)), part) with { CancelReason = "requested_by_merchant" }),
        ("voiding-action", In(PaymentState.Voiding, ChargeState.Voiding) with { CancelReason = "requested_by_merchant" }),
        ("voiding-attempt", In(PaymentState.Voiding, ChargeState.Voiding)),
        ("succeeded", Taken(Held(In(PaymentState.Succeeded, ChargeState.Captured)), amount)),
        ("canceled", In(PaymentState.Canceled, ChargeState.Voided)),
        ("failed", In(PaymentState.Failed, ChargeState.Failed)),
        ("returned", Taken(Held(In(PaymentState.Returned, ChargeState.Returned)), amount) with { AmountReturned = amount }),
    ];

    private static Payment Held(Payment payment) => payment with
    {
        AmountAuthorized = amount,
        Charge = payment.Charge! with { HoldId = "ch_1", CaptureBefore = when },
    };

    /// <summary>A first part is captured already.</summary>
    private static Payment Taken(Payment payment, Money taken) => payment with
    {
        AmountCaptured = taken,
        Charge = payment.Charge! with { Captures = [CaptureOf("cap_0", taken, CaptureState.Captured)] },
    };

    /// <summary>The operation op_1 is a capture under way.</summary>
    private static Payment Asked(Payment payment, Money asked) => payment with
    {
        Charge = payment.Charge! with { Captures = [.. payment.Charge.Captures, CaptureOf("op_1", asked, CaptureState.Submitted)] },
    };

    /// <summary>The operation op_1 is an increment under way.</summary>
    private static Payment Raised(Payment payment) => payment with { Charge = payment.Charge! with { Increment = new("op_1", amount + part) } };

    private static Capture CaptureOf(string id, Money taken, CaptureState state) => new()
    {
        Id = id,
        Amount = taken,
        Fee = Money.Zero(Currency.INR),
        Tax = Money.Zero(Currency.INR),
        IsFinal = taken != part,
        State = state,
        CreatedAt = when,
    };

    private static PaymentCommand.News News(ConnectorOutcome outcome) => new("ch_1", outcome);

    private static PaymentCommand.News OperationNews(ConnectorOutcome outcome) => new("ch_1", outcome, "op_1");

    private static Payment In(PaymentState state, ChargeState? charge) => new()
    {
        Id = "pay_1",
        Tenant = new Tenant("MERCH_FH_001", Mode.Test),
        Amount = amount,
        AmountAuthorized = Money.Zero(Currency.INR),
        AmountCaptured = Money.Zero(Currency.INR),
        AmountRefunded = Money.Zero(Currency.INR),
        State = state,
        Capture = CaptureMethod.Automatic,
        Charge = charge is { } known ? ChargeIn(known) : null,
        Attempts = charge is null ? 0 : 1,
        Purpose = new(null, null, null, null, null, "{}", null, null),
        CreatedAt = when,
        Version = 1,
    };

    private static Charge ChargeIn(ChargeState state) => new()
    {
        Id = "ch_1",
        PaymentId = "pay_1",
        Tenant = new Tenant("MERCH_FH_001", Mode.Test),
        Connector = "sandbox",
        Summary = card,
        Amount = amount,
        Terms = new(2, 18),
        AmountRefunded = Money.Zero(Currency.INR),
        State = state,
        CreatedAt = when,
        CalledAt = when,
        CheckAt = state is ChargeState.Submitted or ChargeState.RequiresAction or ChargeState.Pending or ChargeState.Capturing
            or ChargeState.Incrementing or ChargeState.Voiding
            ? when
            : null,
    };

    private static string Normal(string table) => string.Join('\n', table.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))));
}
