using System.Text.Json.Nodes;
using PaymentGateway.Connectors;

namespace PaymentGateway.Payments;

/// <summary>Both sides of a contradiction as a work item shows them.</summary>
internal static class Sides
{
    public static string Ours(Order? order, Payment payment, Charge? charge) => Text(new JsonObject
    {
        ["paymentId"] = payment.Id,
        ["payment"] = StateWords.Of(payment.State),
        ["charge"] = charge is null ? null : StateWords.Of(charge.State),
        ["amount"] = payment.Amount.ToMajor(),
        ["amountAuthorized"] = payment.AmountAuthorized.ToMajor(),
        ["amountCaptured"] = payment.AmountCaptured.ToMajor(),
        ["amountRefunded"] = payment.AmountRefunded.ToMajor(),
        ["currency"] = payment.Amount.Currency.Code,
        ["cancelReason"] = payment.CancelReason,
        ["order"] = order is null ? null : StateWords.Of(order.State),
    });

    public static string Theirs(ConnectorOutcome outcome, string? operationId) => Text(new JsonObject
    {
        ["outcome"] = WordOf(outcome),
        ["operation"] = operationId,
        ["amount"] = (outcome as ConnectorOutcome.Captured)?.Total?.ToMajor(),
        ["reference"] = outcome.Reference,
        ["code"] = (outcome as ConnectorOutcome.Declined)?.Code,
        ["processorCode"] = (outcome as ConnectorOutcome.Declined)?.ProcessorCode,
    });

    private static string WordOf(ConnectorOutcome outcome) => outcome switch
    {
        ConnectorOutcome.Authorized => "authorized",
        ConnectorOutcome.Captured => "captured",
        ConnectorOutcome.Voided => "voided",
        ConnectorOutcome.Declined => "declined",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome.GetType().Name, "Contradicts nothing."),
    };

    private static string Text(JsonObject side)
    {
        foreach (var absent in side.Where(pair => pair.Value is null).Select(pair => pair.Key).ToList())
        {
            side.Remove(absent);
        }

        return side.ToJsonString();
    }
}
