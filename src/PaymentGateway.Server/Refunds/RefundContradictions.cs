using System.Text.Json.Nodes;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Payments;
using PaymentGateway.WorkItems;

namespace PaymentGateway.Refunds;

/// <summary>The work items that refunds open.</summary>
internal static class RefundContradictions
{
    /// <summary>Money that left although the refund is over can only be written off; what was taken back can only be believed or not.</summary>
    public static NewWorkItem Of(Refund refund, RefundOutcome outcome) => new(
        refund.Tenant, WorkItemKind.RefundDiffers, $"refund_differs:{refund.Id}:{WordOf(outcome)}", refund.Connector,
        new JsonObject
        {
            ["refund"] = StateWords.Of(refund.State),
            ["amount"] = refund.Amount.ToMajor(),
            ["currency"] = refund.Amount.Currency.Code,
        }.ToJsonString(),
        Theirs(outcome),
        outcome is RefundOutcome.Succeeded && !refund.HoldsMoney ? [WorkItemAction.WriteOff, WorkItemAction.Dismiss] : [WorkItemAction.Dismiss],
        refund.Amount, OrderId: refund.OrderId, PaymentId: refund.PaymentId, ChargeId: refund.ChargeId, RefundId: refund.Id,
        WebhookUrl: refund.WebhookUrl);

    /// <summary>A refund that nobody here asked for: made in the processor's own dashboard, perhaps.</summary>
    public static NewWorkItem OfUnknown(Tenant tenant, string connector, string key, RefundOutcome outcome) => new(
        tenant, WorkItemKind.UnknownRefund, $"unknown_refund:{connector}:{key}", connector, "{}", Theirs(outcome, key),
        [WorkItemAction.Dismiss]);

    private static string Theirs(RefundOutcome outcome, string? key = null)
    {
        var theirs = new JsonObject { ["outcome"] = WordOf(outcome) };
        Add("refund", key);
        Add("reference", outcome.Reference);
        Add("traceNumber", (outcome as RefundOutcome.Succeeded)?.TraceNumber);
        return theirs.ToJsonString();

        void Add(string field, string? value)
        {
            if (value is not null)
            {
                theirs[field] = value;
            }
        }
    }

    private static string WordOf(RefundOutcome outcome) => outcome switch
    {
        RefundOutcome.Succeeded => "succeeded",
        RefundOutcome.Pending => "pending",
        RefundOutcome.Canceled => "canceled",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome.GetType().Name, "Contradicts nothing."),
    };
}
