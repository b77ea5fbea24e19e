using System.Text;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Database;
using PaymentGateway.Mandates;
using PaymentGateway.SetupIntents;
using PaymentGateway.Tests.Docs;

namespace PaymentGateway.Tests.SetupIntents;

/// <summary>Every state × every command and every word of the processor.</summary>
public sealed class SetupIntentDecisionsTests
{
    private const string Key = "seti_1-1";

    private static readonly DateTimeOffset when = new(2026, 11, 2, 20, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan askAfter = TimeSpan.FromSeconds(25);
    private static readonly MethodSummary card = new("card", "visa", "4242", "credit", "12/29");

    private static readonly (string Group, string Name, SetupCommand Command)[] commands =
    [
        ("Commands", "confirm", new SetupCommand.Confirm("card", "sandbox", null, null, null, askAfter)),
        ("Commands", "cancel", new SetupCommand.Cancel("requested_by_merchant", askAfter)),
        ("Commands", "customer deleted", new SetupCommand.Abandon()),
        Said("ready", new ConnectorOutcome.Authorized("ref", card)),
        Said("action", new ConnectorOutcome.ActionRequired("ref", new("three_d_secure", "https://bank.example"), card)),
        Said("pending", new ConnectorOutcome.Pending("ref", card)),
        Said("declined", new ConnectorOutcome.Declined("ref", "CARD_DECLINED", "Declined.", "05", card)),
        Said("voided", new ConnectorOutcome.Voided("ref")),
        Said("notfound", new ConnectorOutcome.NotFound()),
        Said("unknown", new ConnectorOutcome.Unknown("no answer")),
        Said("notcalled", new ConnectorOutcome.NotCalled("breaker open")),
        ("What became of the method", "kept", new SetupCommand.Kept("pm_1")),
        ("What became of the method", "not kept", new SetupCommand.NotKept(new("TOO_MANY_PAYMENT_METHODS", "Too many."))),
        ("What became of the method", "not yet", new SetupCommand.NotKeptYet()),
        Stands(MandateState.Submitted), Stands(MandateState.Pending), Stands(MandateState.Active), Stands(MandateState.Rejected),
        Stands(MandateState.Revoked), Stands(MandateState.Expired),
    ];

    [Fact]
    public void Every_state_meets_every_command_as_the_table_says()
    {
        var printed = new StringBuilder();
        foreach (var (name, setup) in States())
        {
            printed.Append($"{name}: ").AppendJoin(' ', commands.Select(c => Cell(setup, c.Command))).Append('\n');
        }

        Assert.Equal(
            """
            empty: Processing Canceled Canceled = = = = = = = = = = = = = = = = =
            chosen: Processing Canceled Canceled = = = = = = = = = = = = = = = = =
            asking: – – Canceled Processing RequiresAction Processing RequiresPaymentMethod RequiresPaymentMethod RequiresPaymentMethod Processing RequiresPaymentMethod = = = = = = = = =
            acting: – Canceled Canceled Processing RequiresAction RequiresAction RequiresPaymentMethod RequiresPaymentMethod RequiresPaymentMethod RequiresAction RequiresAction = = = = = = = = =
            saving: – – Canceled = = = = = = = = Succeeded RequiresPaymentMethod Processing = = = = = =
            mandating: – – Canceled = = = = = = = = = = = Processing Processing Succeeded RequiresPaymentMethod RequiresPaymentMethod RequiresPaymentMethod
            approving: – Canceled Canceled = = = = = = = = = = = RequiresAction RequiresAction Succeeded RequiresPaymentMethod RequiresPaymentMethod RequiresPaymentMethod
            succeeded: – – = = = = = = = = = = = = = = = = = =
            canceling: – – = Canceled Canceled Canceled Canceled Canceled Canceled Canceled Canceled = = = = = = Canceled Canceled Canceled
            canceled: – – = = = = = = = = = = = = = = = = = =

            """, printed.ToString());
    }

    [Fact]
    public void News_of_another_attempt_changes_nothing()
    {
        var now = In(SetupState.Processing) with { Attempts = 2 };

        foreach (var (_, _, command) in commands.Where(c => c.Command is SetupCommand.News))
        {
            Assert.Same(now, SetupIntentDecisions.Decide(now, command, when).Value);
        }
    }

    [Fact]
    public void A_canceled_one_is_told_to_its_processor_until_it_knows()
    {
        var canceled = Decide(In(SetupState.RequiresAction), commands[1].Command);
        Assert.Equal(when + askAfter, canceled.CheckAt);

        var asked = Decide(canceled, News(new ConnectorOutcome.Unknown("no answer")));
        Assert.True(asked.CheckAt > when);
        Assert.True(Decide(asked, News(new ConnectorOutcome.Authorized("ref", card))).CheckAt > when);
        Assert.Null(Decide(asked, News(new ConnectorOutcome.Voided("ref"))).CheckAt);
    }

    [Fact]
    public void What_was_chosen_is_gone_with_the_confirmation_and_the_last_error_with_it()
    {
        var now = In(SetupState.RequiresConfirmation) with { Choice = new("card", "tok_1"), LastError = new("CARD_DECLINED", "Declined.") };

        var begun = Decide(now, commands[0].Command);

        Assert.Equal((null, null, 2, "seti_1-2", when + askAfter), (begun.Choice, begun.LastError, begun.Attempts, begun.AttemptKey, begun.CheckAt));
    }

    [Fact]
    public void A_card_that_its_issuer_rejected_is_remembered_once()
    {
        var rejected = new ConnectorOutcome.Declined("ref", "CARD_AUTHENTICATION_REJECTED", "No.", null, card)
        {
            Authentication = new() { Network = "visa", Flow = AuthenticationFlow.Frictionless, Status = TransStatus.Rejected, CardFingerprint = "f1" },
        };

        var failed = Decide(In(SetupState.Processing), News(rejected));
        var again = Decide(failed with { State = SetupState.Processing, CheckAt = when }, News(rejected));

        Assert.Equal(["f1"], again.RejectedCards);
    }

    [Fact]
    public void Attempts_end()
    {
        var worn = In(SetupState.RequiresPaymentMethod) with { Attempts = SetupIntentDecisions.AttemptsMax };

        Assert.Equal("RETRY_LIMIT_EXCEEDED", SetupIntentDecisions.Decide(worn, commands[0].Command, when).Refusal!.Kind.Code);
        Assert.False(SetupIntentDecisions.Decide(worn with { Attempts = 9 }, commands[0].Command, when).IsRefused);
    }

    [Fact]
    public void An_address_is_shown_by_its_first_letters_only()
    {
        var ready = Decide(In(SetupState.Processing), News(new ConnectorOutcome.Authorized("ref", new("upi", Vpa: "zebedee@okbank"))));

        Assert.Equal("ze***@okbank", ready.Summary!.Vpa);
    }

    [Theory]
    [InlineData("seti_01m7y6a2k4f7c8w9x0y1z2a3b4-3", "seti_01m7y6a2k4f7c8w9x0y1z2a3b4")]
    [InlineData("seti_01m7y6a2k4f7c8w9x0y1z2a3b4", null)]
    [InlineData("ch_01m7y6a2k4f7c8w9x0y1z2a3b4-1", null)]
    [InlineData("-", null)]
    public void A_key_of_an_attempt_names_its_set_up(string key, string? id) => Assert.Equal(id, SetupIntent.IdIn(key));

    internal static StateMachine Machine => StateMachine.Of(
        "setup-intent", "a setup intent",
        "`empty` and `chosen` are `requires_payment_method` and `requires_confirmation`; `asking`, `saving` and `mandating` are `processing`: the "
        + "processor is asked, the customer's method is being saved, or a mandate is asked for. `acting` and `approving` are `requires_action`. "
        + "`canceling` is canceled here, and the processor has not confirmed it.",
        commands.Select(c => (c.Group, c.Name, c.Command)),
        States(), setup => Words.Of(setup.State),
        (setup, command) => SetupIntentDecisions.Decide(setup, command, when) is { IsRefused: false } decided ? decided.Value : null);

    private static IEnumerable<(string Name, SetupIntent Setup)> States() =>
    [
        ("empty", In(SetupState.RequiresPaymentMethod)),
        ("chosen", In(SetupState.RequiresConfirmation)),
        ("asking", In(SetupState.Processing)),
        ("acting", In(SetupState.RequiresAction)),
        ("saving", In(SetupState.Processing) with { PaymentMethodId = "pm_0" }),
        ("mandating", In(SetupState.Processing) with { MandateId = "mandate_1" }),
        ("approving", In(SetupState.RequiresAction) with { MandateId = "mandate_1" }),
        ("succeeded", In(SetupState.Succeeded) with { PaymentMethodId = "pm_0", SucceededAt = when }),
        ("canceling", In(SetupState.Canceled) with { MandateId = "mandate_1", CheckAt = when }),
        ("canceled", In(SetupState.Canceled) with { MandateId = "mandate_1" }),
    ];

    private static (string, string, SetupCommand) Said(string name, ConnectorOutcome outcome) => ("What the processor says", name, News(outcome));

    private static SetupCommand.News News(ConnectorOutcome outcome) => new(Key, outcome, "pm_new");

    private static (string, string, SetupCommand) Stands(MandateState state) => ("Where the mandate stands", $"mandate {Words.Of(state)}", new SetupCommand.MandateStands(new()
    {
        Id = "mandate_1",
        Tenant = new Tenant("MERCH_FH_001", Mode.Test),
        CustomerId = "cus_1",
        Type = MandateType.UpiAutopay,
        State = state,
        Connector = "sandbox",
        AmountMax = Money.FromMinor(1000, Currency.INR),
        Frequency = MandateFrequency.Monthly,
        Category = MandateCategory.Standard,
        StartsAt = when,
        Notice = TimeSpan.FromDays(1),
        NextAction = state == MandateState.Pending ? new("wait") : null,
        Acceptance = new(IsOnline: false, when, null, null),
        Metadata = "{}",
        FailureCode = state == MandateState.Rejected ? "UPI_DECLINED" : null,
        FailureReason = state == MandateState.Rejected ? "Declined." : null,
        CreatedAt = when,
        CalledAt = when,
        Version = 1,
    }));

    private static SetupIntent Decide(SetupIntent setup, SetupCommand command) => SetupIntentDecisions.Decide(setup, command, when).Value;

    private static string Cell(SetupIntent setup, SetupCommand command)
    {
        var decided = SetupIntentDecisions.Decide(setup, command, when);
        return decided.IsRefused ? "–" : ReferenceEquals(decided.Value, setup) ? "=" : decided.Value.State.ToString();
    }

    private static SetupIntent In(SetupState state) => new()
    {
        Id = "seti_1",
        Tenant = new Tenant("MERCH_FH_001", Mode.Test),
        CustomerId = "cus_1",
        State = state,
        Usage = SetupFutureUsage.OffSession,
        Attempts = 1,
        Connector = "sandbox",
        Metadata = "{}",
        CreatedAt = when.AddDays(-1),
        CalledAt = when,
        CheckAt = state is SetupState.Processing or SetupState.RequiresAction ? when : null,
        Version = 1,
    };
}
