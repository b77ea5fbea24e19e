using System.Text.Json.Nodes;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Qr;
using PaymentGateway.Http;
using PaymentGateway.Identity;
using PaymentGateway.Routing;

namespace PaymentGateway.Payments;

/// <summary>Turns orders, payments and charges into what is sent.</summary>
internal sealed class ViewWriter(SecretVault vault, PublicAddress address)
{
    public OrderView Of(Order order, string? paymentId, Audience audience)
    {
        var view = new OrderView
        {
            Id = order.Id,
            OrderId = order.Id,
            MerchantId = order.Tenant.MerchantId,
            MerchantOrderId = order.Purpose.MerchantOrderId,
            Amount = order.Amount.ToMajor(),
            Currency = order.Amount.Currency.Code,
            Status = StateWords.Of(order.State),
            AmountAuthorized = order.AmountAuthorized.ToMajor(),
            AmountPaid = order.AmountPaid.ToMajor(),
            AmountDue = order.AmountDue.ToMajor(),
            AmountRefunded = order.AmountRefunded.ToMajor(),
            Refunded = order.AmountRefunded.IsPositive && order.AmountRefunded == order.AmountPaid,
            CaptureMethod = StateWords.Of(order.Capture),
            AllowedPaymentMethods = order.AllowedMethods,
            PaymentLinks = new(address.Link($"/checkout/{order.Id}")),
            PaymentId = paymentId,
            SplitPaymentId = order.SplitPaymentId,
            Description = order.Purpose.Description,
            ReturnUrl = order.Purpose.ReturnUrl,
            CreatedAt = order.CreatedAt,
            ExpiresAt = order.ExpiresAt,
            PaidAt = order.PaidAt,
            ClosedAt = order.ClosedAt,
        };
        return audience == Audience.Page ? view : view with
        {
            ClientSecret = vault.ClientSecretOf(order.Id),
            CustomerId = order.Purpose.CustomerId,
            CustomerEmail = order.Purpose.CustomerEmail,
            CustomerPhone = order.Purpose.CustomerPhone,
            Metadata = JsonNode.Parse(order.Purpose.Metadata),
            WebhookUrl = order.Purpose.WebhookUrl,
        };
    }

    /// <param name="payment">The payment.</param>
    /// <param name="charges">All attempts; when null, the latest stands for them.</param>
    /// <param name="audience">Who reads.</param>
    public PaymentView Of(Payment payment, IReadOnlyList<Charge>? charges, Audience audience)
    {
        var summary = payment.Charge?.Summary;
        var view = new PaymentView
        {
            Id = payment.Id,
            PaymentId = payment.Id,
            MerchantId = payment.Tenant.MerchantId,
            OrderId = payment.OrderId,
            SplitPaymentId = payment.SplitPaymentId,
            MerchantOrderId = payment.Purpose.MerchantOrderId,
            Amount = payment.Amount.ToMajor(),
            Currency = payment.Amount.Currency.Code,
            Status = StateWords.Status(payment.State),
            AmountAuthorized = payment.AmountAuthorized.ToMajor(),
            AmountCaptured = payment.AmountCaptured.ToMajor(),
            AmountRefunded = payment.AmountRefunded.ToMajor(),
            Refunded = payment.AmountRefunded.IsPositive && payment.AmountRefunded == payment.AmountCaptured,
            AmountDisputed = payment.AmountDisputed.ToMajor(),
            Disputed = payment.AmountDisputed.IsPositive,
            AmountCapturable = payment.AmountCapturable.ToMajor(),
            AmountReturned = payment.AmountReturned.IsPositive ? payment.AmountReturned.ToMajor() : null,
            BankAccount = summary?.BankAccount,
            MandateId = payment.Charge?.MandateId,
            CaptureMethod = StateWords.Of(payment.Capture),
            AllowedPaymentMethods = payment.AllowedMethods,
            SetupFutureUsage = payment.SetupFutureUsage is { } usage ? StateWords.Of(usage) : null,
            StatementDescriptor = payment.StatementDescriptor,
            StatementDescriptorSuffix = payment.StatementDescriptorSuffix,
            PaymentMethod = summary?.Method ?? payment.Instrument?.Method,
            Card = summary?.Last4 is { } last4 ? new(summary.Network, last4, summary.Funding, summary.Expiry) : null,
            EmiDetails = payment.Charge?.Details?.Emi?.After(payment.AmountRefunded, payment.AmountCaptured),
            BnplDetails = payment.Charge?.Details?.Bnpl,
            NextAction = payment.State == PaymentState.RequiresAction ? WithLinks(payment) : null,
            ThreeDSecure = ThreeDSecureView.Of(payment.Charge?.Authentication),
            FailureCode = payment.FailureCode,
            FailureReason = payment.FailureReason,
            CancelReason = payment.State is PaymentState.Canceled or PaymentState.Succeeded ? payment.CancelReason : null,
            Description = payment.Purpose.Description,
            ReturnUrl = payment.Purpose.ReturnUrl,
            Charges = [.. (charges ?? (payment.Charge is { } latest ? [latest] : [])).Select(charge => Of(charge, audience))],
            Captures = payment.Charge is { } captured ? CapturesOf(captured, audience) : [],
            CreatedAt = payment.CreatedAt,
            PaidAt = payment.PaidAt,
            CanceledAt = payment.CanceledAt,
        };
        return audience == Audience.Page ? view : view with
        {
            ClientSecret = vault.ClientSecretOf(payment.Id),
            CustomerId = payment.Purpose.CustomerId,
            PaymentMethodId = payment.PaymentMethodId ?? (payment.Instrument as Instrument.Saved)?.PaymentMethodId,
            Metadata = JsonNode.Parse(payment.Purpose.Metadata),
        };
    }

    /// <summary>The action with what a page needs to show it: pictures of a QR code, a link for each UPI app.</summary>
    private NextAction? WithLinks(Payment payment) => payment.Charge?.NextAction is not { } action ? null : action with
    {
        QrImages = action.Qr is null ? null : new(ImageOf(payment.Id, "svg"), ImageOf(payment.Id, "png")),
        AppLinks = action is { Type: "upi_intent", Url: { } link } ? UpiApps.LinksOf(link) : null,
    };

    private string ImageOf(string paymentId, string format) => address.Link($"/api/payments/{paymentId}/qr-image?format={format}");

    public static ChargeView Of(Charge charge, Audience audience)
    {
        var view = new ChargeView
        {
            Id = charge.Id,
            PaymentId = charge.PaymentId,
            Amount = charge.Amount.ToMajor(),
            Currency = charge.Amount.Currency.Code,
            Status = StateWords.Status(charge.State),
            AmountRefunded = charge.AmountRefunded.ToMajor(),
            Refunded = charge.AmountRefunded.IsPositive && charge.AmountRefunded == charge.AmountCaptured,
            AmountDisputed = charge.AmountDisputed.ToMajor(),
            Disputed = charge.AmountDisputed.IsPositive,
            PaymentMethod = charge.Summary.Method,
            Method = charge.Summary,
            ThreeDSecure = ThreeDSecureView.Of(charge.Authentication),
            AmountCaptured = charge.AmountCaptured.ToMajor(),
            Captures = CapturesOf(charge, audience),
            CaptureBefore = charge.HoldId is null ? null : charge.CaptureBefore,
            FailureCode = charge.FailureCode,
            FailureReason = charge.FailureReason,
            CreatedAt = charge.CreatedAt,
            FinishedAt = charge.FinishedAt,
        };
        return audience == Audience.Page ? view : view with
        {
            Connector = charge.Connector,
            Routing = RoutingView.Of(charge.Connector, charge.Routing),
            Reference = charge.Reference,
            NetworkTransactionId = charge.NetworkTransactionId,
            Fee = charge.Fee.ToMajor(),
            Tax = charge.Tax.ToMajor(),
            ProcessorCode = charge.ProcessorCode,
        };
    }
    private static IReadOnlyList<CaptureView> CapturesOf(Charge charge, Audience audience) =>
        [.. charge.Captures.Select(capture => Of(charge, capture, audience))];

    private static CaptureView Of(Charge charge, Capture capture, Audience audience)
    {
        var view = new CaptureView
        {
            Id = capture.Id,
            ChargeId = charge.Id,
            Amount = capture.Amount.ToMajor(),
            Currency = capture.Amount.Currency.Code,
            Status = StateWords.Status(capture.State),
            FinalCapture = capture.IsFinal,
            FailureCode = capture.FailureCode,
            FailureReason = capture.FailureReason,
            CreatedAt = capture.CreatedAt,
            FinishedAt = capture.FinishedAt,
        };
        return audience == Audience.Page ? view : view with
        {
            Reference = capture.Reference,
            Fee = capture.Fee.ToMajor(),
            Tax = capture.Tax.ToMajor(),
        };
    }
}
