using System.Text;
using PaymentGateway.Connectors;
using PaymentGateway.Customers;
using PaymentGateway.Database;
using PaymentGateway.Tests.Docs;

namespace PaymentGateway.Tests.Customers;

/// <summary>Every state × every command of a saved method, and of its customer.</summary>
public sealed class PaymentMethodDecisionsTests
{
    private static readonly DateTimeOffset when = new(2026, 11, 2, 9, 30, 0, TimeSpan.Zero);

    private static readonly (string Name, PaymentMethodCommand Command)[] commands =
    [
        ("saved", new PaymentMethodCommand.Saved("ref_2", new("card", "visa", "4242", "credit", "12/29"), "f1")),
        ("give_up", new PaymentMethodCommand.GiveUp("ref_2", "pm_0")),
        ("declined", new PaymentMethodCommand.Decline("CARD_DECLINED", "No.")),
        ("unanswered", new PaymentMethodCommand.Unanswered()),
        ("detach", new PaymentMethodCommand.Detach()),
        ("forgotten", new PaymentMethodCommand.Forgotten()),
        ("announce", new PaymentMethodCommand.Announce()),
    ];

    [Fact]
    public void Every_state_meets_every_command_as_the_table_says()
    {
        var printed = new StringBuilder().Append("state ").AppendJoin(' ', commands.Select(c => c.Name)).Append('\n');
        foreach (var (name, method) in Cases())
        {
            printed.Append($"{name} ").AppendJoin(' ', commands.Select(c => Cell(method, c.Command))).Append('\n');
        }

        Assert.Equal(
            """
            state saved give_up declined unanswered detach forgotten announce
            Saving Active Detached Failed Saving Detached = =
            Active = = = = Detached = Active
            Failed = = = = – = =
            Detached = = = Detached – Detached =
            Forgotten = = = = – = =

            """, printed.ToString());
    }

    [Theory]
    [InlineData("12/29", "2030-01-01", "2029-12-02")]
    [InlineData("11/26", "2026-12-01", "2026-11-01")]
    [InlineData("10/26", null, null)] // over when its processor took it all the same
    [InlineData("12/25", null, null)]
    public void A_card_ends_with_its_month_and_is_announced_thirty_days_before(string expiry, string? end, string? notice)
    {
        var saved = new PaymentMethodCommand.Saved("ref", new("card", "visa", "4242", "credit", expiry), null);

        var method = PaymentMethodDecisions.Decide(In(PaymentMethodState.Saving), saved, when).Value;

        Assert.Equal((end, notice), (method.ExpiresAt?.ToString("yyyy-MM-dd"), method.NoticeAt?.ToString("yyyy-MM-dd")));
    }

    [Fact]
    public void An_address_is_kept_masked()
    {
        var saved = new PaymentMethodCommand.Saved("ref", new("upi", Vpa: "asha.rao@okbank"), "f");

        var method = PaymentMethodDecisions.Decide(In(PaymentMethodState.Saving), saved, when).Value;

        Assert.Equal(("as***@okbank", null), (method.Summary.Vpa, method.Source));
    }

    [Fact]
    public void A_customer_has_twenty_places_and_a_deleted_one_takes_no_command()
    {
        var full = Customer(20);
        Assert.Equal("TOO_MANY_PAYMENT_METHODS", CustomerDecisions.Decide(full, new CustomerCommand.TakePlace(), when).Refusal?.Kind.Code);
        Assert.Equal(20, CustomerDecisions.Decide(Customer(19), new CustomerCommand.TakePlace(), when).Value.MethodsCount);

        var deleted = CustomerDecisions.Decide(full, new CustomerCommand.Delete(), when).Value;
        Assert.Equal((CustomerState.Deleted, null, "{}", 0), (deleted.State, deleted.Email, deleted.Metadata, deleted.MethodsCount));
        CustomerCommand[] all =
        [
            new CustomerCommand.Update("a", null, null, null, null, new HashSet<string>()), new CustomerCommand.ChooseDefault("pm_1"),
            new CustomerCommand.TakePlace(), new CustomerCommand.Attached("pm_1"), new CustomerCommand.Lost("pm_1", true),
            new CustomerCommand.Delete(),
        ];
        Assert.All(all, command => Assert.Equal("CUSTOMER_NOT_FOUND", CustomerDecisions.Decide(deleted, command, when).Refusal?.Kind.Code));
    }

    [Fact]
    public void The_first_method_is_the_default_until_it_is_lost()
    {
        var first = CustomerDecisions.Decide(Customer(1), new CustomerCommand.Attached("pm_1"), when).Value;
        var second = CustomerDecisions.Decide(first, new CustomerCommand.Attached("pm_2"), when).Value;
        var lost = CustomerDecisions.Decide(second, new CustomerCommand.Lost("pm_1", HadPlace: true), when).Value;

        Assert.Equal(("pm_1", "pm_1", null, 0), (first.DefaultPaymentMethodId, second.DefaultPaymentMethodId, lost.DefaultPaymentMethodId, lost.MethodsCount));
    }

    internal static StateMachine Machine => StateMachine.Of(
        "payment-method", "a saved payment method",
        "`give_up` is a save that succeeded for a card that the customer has already, or has no place for. `forgotten` is one that is detached "
        + "and that its processor has forgotten. The answers of processors may come late or twice.",
        commands.Select(c => (c.Name == "detach" ? "Commands" : c.Name == "announce" ? "Time" : "What the processor says", c.Name, c.Command)),
        Cases().Select(c => (c.Name.ToLowerInvariant(), c.Method)), method => Words.Of(method.State),
        (method, command) => PaymentMethodDecisions.Decide(method, command, when) is { IsRefused: false } decided ? decided.Value : null);

    private static IEnumerable<(string Name, PaymentMethod Method)> Cases() => Enum.GetValues<PaymentMethodState>()
        .Select(state => (state.ToString(), In(state)))
        .Append(("Forgotten", In(PaymentMethodState.Detached) with { ForgottenAt = when, CheckAt = null }));

    private static string Cell(PaymentMethod method, PaymentMethodCommand command)
    {
        var decided = PaymentMethodDecisions.Decide(method, command, when);
        return decided.IsRefused ? "–" : ReferenceEquals(decided.Value, method) ? "=" : decided.Value.State.ToString();
    }

    private static Customer Customer(int methods) => new()
    {
        Id = "cus_1",
        Tenant = new Tenant("MERCH_A", Mode.Test),
        State = CustomerState.Active,
        Email = "a@example.com",
        Metadata = """{"a":1}""",
        MethodsCount = methods,
        CreatedAt = when,
        UpdatedAt = when,
        Version = 1,
    };

    private static PaymentMethod In(PaymentMethodState state) => new()
    {
        Id = "pm_1",
        Tenant = new Tenant("MERCH_A", Mode.Test),
        CustomerId = "cus_1",
        State = state,
        Summary = new("card", "visa", "4242", "credit", "12/29"),
        Connector = "sandbox",
        Reference = state == PaymentMethodState.Saving ? null : "ref_1",
        Source = state == PaymentMethodState.Saving ? new SaveSource.OfCard("tok_1") : null,
        HasPlace = state is PaymentMethodState.Saving or PaymentMethodState.Active,
        Metadata = "{}",
        CreatedAt = when.AddDays(-1),
        NoticeAt = state == PaymentMethodState.Active ? when : null,
        CheckAt = state is PaymentMethodState.Saving or PaymentMethodState.Detached ? when : null,
        Version = 1,
    };
}
