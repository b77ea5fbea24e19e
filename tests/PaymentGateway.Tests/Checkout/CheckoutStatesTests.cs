using PaymentGateway.Checkout;
using PaymentGateway.Database;
using PaymentGateway.Payments;

namespace PaymentGateway.Tests.Checkout;

public sealed class CheckoutStatesTests
{
    private static readonly DateTimeOffset now = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);
    private static readonly Tenant shop = new("MERCH_FH_001", Mode.Test);
    private static readonly Purpose purpose = new(null, null, null, null, null, "{}", null, null);

    // One line for each pair that can be, in time and late.
    [Theory]
    [InlineData(OrderState.Created, null, null, CheckoutState.Payable, CheckoutState.Expired)]
    [InlineData(OrderState.Attempted, PaymentState.RequiresPaymentMethod, null, CheckoutState.Payable, CheckoutState.Expired)]
    [InlineData(OrderState.Attempted, PaymentState.RequiresConfirmation, null, CheckoutState.Payable, CheckoutState.Expired)]
    [InlineData(OrderState.Attempted, PaymentState.RequiresAction, null, CheckoutState.NeedsAction, CheckoutState.Processing)]
    [InlineData(OrderState.Attempted, PaymentState.Authorizing, null, CheckoutState.Processing, CheckoutState.Processing)]
    [InlineData(OrderState.Attempted, PaymentState.Pending, null, CheckoutState.Processing, CheckoutState.Processing)]
    [InlineData(OrderState.Attempted, PaymentState.Voiding, null, CheckoutState.Processing, CheckoutState.Processing)]
    [InlineData(OrderState.Attempted, PaymentState.RequiresCapture, null, CheckoutState.Held, CheckoutState.Held)]
    [InlineData(OrderState.Attempted, PaymentState.Capturing, null, CheckoutState.Held, CheckoutState.Held)]
    [InlineData(OrderState.Attempted, PaymentState.Incrementing, null, CheckoutState.Held, CheckoutState.Held)]
    [InlineData(OrderState.Attempted, PaymentState.Failed, null, CheckoutState.Failed, CheckoutState.Failed)]
    [InlineData(OrderState.Attempted, PaymentState.Canceled, "requested_by_customer", CheckoutState.Canceled, CheckoutState.Canceled)]
    [InlineData(OrderState.Attempted, PaymentState.Canceled, "expired", CheckoutState.Expired, CheckoutState.Expired)]
    [InlineData(OrderState.Paid, PaymentState.Succeeded, null, CheckoutState.Paid, CheckoutState.Paid)]
    [InlineData(OrderState.Unpaid, PaymentState.Returned, null, CheckoutState.Failed, CheckoutState.Failed)]
    [InlineData(OrderState.Expired, PaymentState.Canceled, "expired", CheckoutState.Expired, CheckoutState.Expired)]
    [InlineData(OrderState.Expired, null, null, CheckoutState.Expired, CheckoutState.Expired)]
    [InlineData(OrderState.Canceled, PaymentState.Canceled, "order_canceled", CheckoutState.Canceled, CheckoutState.Canceled)]
    [InlineData(OrderState.Canceled, null, null, CheckoutState.Canceled, CheckoutState.Canceled)]
    internal void Every_state_has_its_page(
        OrderState order, PaymentState? payment, string? cancelReason, CheckoutState inTime, CheckoutState late)
    {
        var made = payment is { } state ? PaymentIn(state, cancelReason) : null;

        Assert.Equal(inTime, CheckoutStates.Of(OrderIn(order), made, now));
        Assert.Equal(late, CheckoutStates.Of(OrderIn(order), made, now.AddMinutes(30)));
    }

    [Fact]
    public void Every_state_of_a_payment_has_a_line_above()
    {
        var lines = typeof(CheckoutStatesTests).GetMethod(nameof(Every_state_has_its_page), (System.Reflection.BindingFlags)(-1))!
            .GetCustomAttributes(typeof(InlineDataAttribute), inherit: false)
            .Cast<InlineDataAttribute>().Select(line => line.Data).ToList();

        Assert.All(Enum.GetValues<PaymentState>(), state => Assert.Contains(lines, line => state.Equals(line[1])));
        Assert.All(Enum.GetValues<OrderState>(), state => Assert.Contains(lines, line => state.Equals(line[0])));
        Assert.All(Enum.GetValues<CheckoutState>(), state => Assert.Contains(lines, line => state.Equals(line[3])));
    }

    [Fact]
    public void A_link_that_can_never_be_paid_again_is_gone()
    {
        CheckoutState[] gone = [CheckoutState.Expired, CheckoutState.Canceled, CheckoutState.Failed];

        Assert.All(Enum.GetValues<CheckoutState>(), state => Assert.Equal(gone.Contains(state) ? 410 : 200, state.HttpStatus()));
    }

    private static Order OrderIn(OrderState state) => new()
    {
        Id = "order_1",
        Tenant = shop,
        Amount = Money.FromMinor(49900, Currency.INR),
        AmountAuthorized = Money.Zero(Currency.INR),
        AmountPaid = Money.Zero(Currency.INR),
        AmountRefunded = Money.Zero(Currency.INR),
        State = state,
        Capture = CaptureMethod.Automatic,
        Purpose = purpose,
        CreatedAt = now.AddMinutes(-1),
        ExpiresAt = now.AddMinutes(29),
        Version = 1,
    };

    private static Payment PaymentIn(PaymentState state, string? cancelReason) => new()
    {
        Id = "pay_1",
        Tenant = shop,
        OrderId = "order_1",
        Amount = Money.FromMinor(49900, Currency.INR),
        AmountAuthorized = Money.Zero(Currency.INR),
        AmountCaptured = Money.Zero(Currency.INR),
        AmountRefunded = Money.Zero(Currency.INR),
        State = state,
        Capture = CaptureMethod.Automatic,
        CancelReason = cancelReason,
        Purpose = purpose,
        CreatedAt = now.AddMinutes(-1),
        Version = 1,
    };
}
