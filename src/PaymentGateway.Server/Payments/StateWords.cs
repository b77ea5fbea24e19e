using PaymentGateway.Database;

namespace PaymentGateway.Payments;

/// <summary>The same word for a state in C#, SQL and JSON, in each one's casing.</summary>
public static class StateWords
{
    /// <summary><c>RequiresPaymentMethod</c> → <c>requires_payment_method</c>.</summary>
    public static string Of<T>(T state) where T : struct, Enum => Words.Of(state);

    public static T Parse<T>(string text) where T : struct, Enum => Words.Parse<T>(text);

    /// <summary>What a payment's state is called on the wire: a caller need not know why we wait for the processor.</summary>
    public static string Status(PaymentState state) => state switch
    {
        PaymentState.Authorizing or PaymentState.Pending or PaymentState.Capturing
            or PaymentState.Incrementing or PaymentState.Voiding => "processing",
        PaymentState.Returned => Of(PaymentState.Failed),
        _ => Of(state),
    };

    /// <inheritdoc cref="Status(PaymentState)"/>
    public static string Status(ChargeState state) => state switch
    {
        ChargeState.Submitted or ChargeState.Pending or ChargeState.Capturing or ChargeState.Incrementing or ChargeState.Voiding => "processing",
        ChargeState.Captured => "succeeded",
        ChargeState.Voided => "canceled",
        _ => Of(state),
    };

    /// <inheritdoc cref="Status(PaymentState)"/>
    public static string Status(CaptureState state) => state switch
    {
        CaptureState.Submitted => "processing",
        CaptureState.Captured => "succeeded",
        _ => Of(state),
    };

    /// <inheritdoc cref="Words.StatesWith"/>
    public static string[] StatesWith<T>(string status, Func<T, string> statusOf) where T : struct, Enum => Words.StatesWith(status, statusOf);
}
