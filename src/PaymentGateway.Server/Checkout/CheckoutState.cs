using PaymentGateway.Payments;

namespace PaymentGateway.Checkout;

/// <summary>Which page an order shows.</summary>
internal enum CheckoutState
{
    Payable,

    /// <summary>The customer has to do something: at the bank, in an app.</summary>
    NeedsAction,

    /// <summary>The processor has to do something.</summary>
    Processing,
    Paid,

    /// <summary>The money is reserved; the merchant takes it later.</summary>
    Held,
    Expired,
    Canceled,

    /// <summary>Tried too often, or paid by a debit that came back.</summary>
    Failed,
}

internal static class CheckoutStates
{
    public static CheckoutState Of(Order order, Payment? payment, DateTimeOffset now) => (order.State, payment?.State) switch
    {
        (OrderState.Paid, _) or (_, PaymentState.Succeeded) => CheckoutState.Paid,
        (OrderState.Unpaid, _) => CheckoutState.Failed,
        (OrderState.Expired, _) => CheckoutState.Expired,
        (OrderState.Canceled, _) => CheckoutState.Canceled,
        _ when order.SplitPaymentId is not null => CheckoutState.Processing,
        (_, PaymentState.RequiresCapture or PaymentState.Capturing or PaymentState.Incrementing) => CheckoutState.Held,
        (_, PaymentState.Authorizing or PaymentState.Pending or PaymentState.Voiding) => CheckoutState.Processing,

        // After its time the attempt is being given up, but the customer may have been faster: the processor knows.
        (_, PaymentState.RequiresAction) => now < order.ExpiresAt ? CheckoutState.NeedsAction : CheckoutState.Processing,
        (_, PaymentState.Canceled) => payment!.CancelReason == "expired" ? CheckoutState.Expired : CheckoutState.Canceled,
        (_, PaymentState.Failed) => CheckoutState.Failed,
        _ => now < order.ExpiresAt ? CheckoutState.Payable : CheckoutState.Expired,
    };

    /// <summary>Whether nothing will change any more by itself.</summary>
    public static bool IsFinal(this CheckoutState state) =>
        state is not (CheckoutState.Payable or CheckoutState.NeedsAction or CheckoutState.Processing);

    /// <summary>What the link has become: an order that can never be paid again is gone.</summary>
    public static int HttpStatus(this CheckoutState state) =>
        state is CheckoutState.Expired or CheckoutState.Canceled or CheckoutState.Failed
            ? StatusCodes.Status410Gone
            : StatusCodes.Status200OK;

    /// <summary>The word in the markup and in the answer to the script.</summary>
    public static string Word(this CheckoutState state) => StateWords.Of(state);
}
