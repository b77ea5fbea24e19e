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
    private static readonly MethodSummary card = new("card", "visa", "1111");

    /// <summary>In the order of the columns. What is not the latest charge's news is tested below.</summary>
    private static readonly (string Name, PaymentCommand Command)[] commands =
    [
        ("choose", new PaymentCommand.Choose(new Instrument.Card("tok_1"))),
        ("confirm", new PaymentCommand.Confirm("ch_new", "sandbox", card, new(2, 18), null, TimeSpan.FromSeconds(25))),
        ("capture", new PaymentCommand.Capture(TimeSpan.FromSeconds(25))),
        ("cancel", new PaymentCommand.Cancel("requested_by_merchant", TimeSpan.FromSeconds(25))),
        ("expire", new PaymentCommand.Expire(TimeSpan.FromSeconds(25))),
        ("abandon", new PaymentCommand.Abandon(TimeSpan.FromSeconds(25))),
        ("authorized", News(new ConnectorOutcome.Authorized("ref", card))),
        ("captured", News(new ConnectorOutcome.Captured("ref", card))),
        ("action", News(new ConnectorOutcome.ActionRequired("ref", new NextAction("three_d_secure", "https://bank.example/1"), card))),
        ("pending", News(new ConnectorOutcome.Pending("ref", card))),
        ("declined", News(new ConnectorOutcome.Declined("ref", "CARD_DECLINED", "Declined.", "05", card))),
        ("voided", News(new ConnectorOutcome.Voided("ref"))),
        ("notfound", News(new ConnectorOutcome.NotFound())),
        ("unknown", News(new ConnectorOutcome.Unknown("no answer"))),
        ("notcalled", News(new ConnectorOutcome.NotCalled("breaker open"))),
    ];

    /// <summary>
    /// RPM requires_payment_method, RCO requires_confirmation, RA requires_action, AU authorizing, PE pending, RC requires_capture,
    /// CA capturing, VO voiding, OK succeeded, CX canceled, FA failed; – refused, = nothing happens.
    /// Voiding comes three times: to cancel a hold, to cancel a waiting attempt, to give up only the attempt.
    /// </summary>
    private const string Table =
        """
        state             choose confirm capture cancel expire abandon authorized captured action pending declined voided notfound unknown notcalled
        new               RCO    AU      –       CX     CX     –       –          –        =      =       =        =      =        =       =
        declined          RCO    AU      –       CX     CX     –       –          –        =      =       =        =      =        =       =
        confirmation      RCO    AU      –       CX     CX     –       –          –        =      =       =        =      =        =       =
        action            –      –       –       VO     VO     VO      RC         OK       RA     PE      RPM      RPM    RPM      RA      RPM
        authorizing       –      –       –       –      –      –       RC         OK       RA     PE      RPM      RPM    RPM      AU      RPM
        pending           –      –       –       –      –      –       RC         OK       RA     PE      RPM      RPM    RPM      PE      RPM
        capture           –      –       CA      VO     –      –       =          OK       =      =       –        CX     =        =       =
        capturing         –      –       –       –      –      –       RC         OK       CA     CA      RC       CX     CA       CA      RC
        voiding-hold      –      –       –       –      –      –       RC         OK       VO     VO      RC       CX     CX       VO      RC
        voiding-action    –      –       –       –      –      –       RC         OK       RA     VO      CX       CX     CX       VO      RA
        voiding-attempt   –      –       –       –      –      –       RC         OK       RA     VO      RPM      RPM    RPM      VO      RA
        succeeded         –      –       –       –      –      –       =          =        =      =       –        –      =        =       =
        canceled          –      –       –       –      –      –       –          –        =      =       =        =      =        =       =
        failed            –      –       –       –      –      –       –          –        =      =       =        =      =        =       =
        """;

    [Fact]
    public void Every_state_meets_every_command_as_the_table_says()
    {
        var printed = new StringBuilder().Append($"{"state",-17} ").AppendJoin(' ', commands.Select(c => c.Name)).AppendLine();
        foreach (var (name, payment) in States())
        {
            printed.Append($"{name,-17} ").AppendJoin(' ', commands.Select(c => Cell(payment, c.Command).PadRight(c.Name.Length))).AppendLine();
        }

        Assert.Equal(Normal(Table), Normal(printed.ToString()));
    }

    [Fact]
    public void Every_state_of_a_payment_is_a_row_of_the_table() =>
        Assert.Equal(Enum.GetValues<PaymentState>().Order(), States().Select(s => s.Payment.State).Distinct().Order());

    [Fact]
    public void Every_word_of_a_processor_is_a_column_of_the_table() => Assert.Equal(
        typeof(ConnectorOutcome).GetNestedTypes().Where(t => t.IsSubclassOf(typeof(ConnectorOutcome))).Select(t => t.Name).Order(),
        commands.Select(c => c.Command).OfType<PaymentCommand.News>().Select(n => n.Outcome.GetType().Name).Order());

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
                    Assert.Equal(next.State == PaymentState.Succeeded, next.AmountCaptured.IsPositive);
                    Assert.Equal(next.Charge?.CheckAt is not null, next.Charge?.State is ChargeState.Submitted or ChargeState.RequiresAction
                        or ChargeState.Pending or ChargeState.Capturing or ChargeState.Voiding);
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

        // 2 % of 2716.67 is 54.3334; 18 % of 54.33 is 9.7794.
        Assert.Equal(5433, submitted.Charge!.Fee.Minor);
        Assert.Equal(978, submitted.Charge.Tax.Minor);
    }

    internal static StateMachine Machine => StateMachine.Of(
        "payment", "a payment",
        "A payment goes through as many attempts as it needs, one at a time. Authorizing, pending, capturing and voiding are `processing` "
        + "for callers: the processor has been told and has not answered for good.",
        commands.Select(c => (c.Command is PaymentCommand.News ? "What the processor says of the latest attempt" : "Commands", c.Name, c.Command)),
        States(), payment => StateWords.Of(payment.State),
        (payment, command) => PaymentDecisions.Decide(payment, command, when) is { IsRefused: false } decided ? decided.Value.Next : null);

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
            PaymentState.Voiding => "VO",
            PaymentState.Succeeded => "OK",
            PaymentState.Canceled => "CX",
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
        ("pending", In(PaymentState.Pending, ChargeState.Pending)),
        ("capture", Held(In(PaymentState.RequiresCapture, ChargeState.Authorized))),
        ("capturing", Held(In(PaymentState.Capturing, ChargeState.Capturing))),
        ("voiding-hold", Held(In(PaymentState.Voiding, ChargeState.Voiding)) with { CancelReason = "requested_by_merchant" }),
        ("voiding-action", In(PaymentState.Voiding, ChargeState.Voiding) with { CancelReason = "requested_by_merchant" }),
        ("voiding-attempt", In(PaymentState.Voiding, ChargeState.Voiding)),
        ("succeeded", Held(In(PaymentState.Succeeded, ChargeState.Captured)) with { AmountCaptured = amount }),
        ("canceled", In(PaymentState.Canceled, ChargeState.Voided)),
        ("failed", In(PaymentState.Failed, ChargeState.Failed)),
    ];

    private static Payment Held(Payment payment) => payment with { AmountAuthorized = amount };

    private static PaymentCommand.News News(ConnectorOutcome outcome) => new("ch_1", outcome);

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
        Fee = Money.FromMinor(5433, Currency.INR),
        Tax = Money.FromMinor(978, Currency.INR),
        AmountRefunded = Money.Zero(Currency.INR),
        State = state,
        CreatedAt = when,
        CalledAt = when,
        CheckAt = state is ChargeState.Submitted or ChargeState.RequiresAction or ChargeState.Pending or ChargeState.Capturing or ChargeState.Voiding
            ? when
            : null,
    };

    private static string Normal(string table) => string.Join('\n', table.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))));
}
