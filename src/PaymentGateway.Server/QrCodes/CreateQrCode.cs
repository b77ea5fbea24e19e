using System.Text.Json;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Qr;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Merchants;
using PaymentGateway.Payments;

namespace PaymentGateway.QrCodes;

/// <param name="Type">static or dynamic.</param>
/// <param name="Format">upi or emvco; upi when absent.</param>
/// <param name="Amount">Major units. A dynamic code needs it, or an order; without it the customer types it.</param>
/// <param name="Currency">ISO 4217; of the order when absent.</param>
/// <param name="OrderId">What a dynamic code pays; without it an order is made.</param>
/// <param name="Description">Shown to the customer.</param>
/// <param name="ExpiresIn">Seconds, 60 to 2592000. A dynamic code: 900 when absent, at most until its order ends; a static one: for ever.</param>
/// <param name="Metadata">An object of your own; orders that are made by the code have it too.</param>
/// <param name="City">For emvco: where the shop is, 1 to 15 characters.</param>
/// <param name="PostalCode">For emvco, 1 to 10 characters.</param>
/// <param name="MerchantCategory">Four digits of ISO 18245; 0000 when absent.</param>
internal sealed record CreateQrCodeBody(
    string? Type, string? Format, AmountText? Amount, string? Currency, string? OrderId, string? Description, int? ExpiresIn,
    JsonElement? Metadata, string? City, string? PostalCode, string? MerchantCategory);

/// <summary>Makes a code, and for a dynamic one without an order its order too.</summary>
internal sealed class CreateQrCode(
    QrCodeStore store, PaymentStore payments, InboundPayments inbound, MerchantStore merchants, ConnectorRegistry connectors, QrCodeFacts facts,
    MerchantClocks clocks)
{
    private static readonly TimeSpan dynamicLifetime = TimeSpan.FromMinutes(15);

    /// <summary>The code, and the change that writes it.</summary>
    public async Task<Outcome<(QrCode Code, Change Change)>> Run(Caller caller, CreateQrCodeBody body, CancellationToken cancel)
    {
        var faults = new FieldFaults();
        var purpose = PurposeFields.Read(null, null, null, null, body.Description, body.Metadata, null, null, faults);
        faults.AddUnless(body.Type is "static" or "dynamic", "type", "must be static or dynamic");
        faults.AddUnless(body.Format is null || QrText.Formats.Contains(body.Format), "format", $"must be {string.Join(" or ", QrText.Formats)}");
        faults.AddUnless(body.ExpiresIn is null or >= 60 and <= 2_592_000, "expiresIn", "must be 60 to 2592000 seconds");
        faults.AddUnless(body.Type != "static" || body.OrderId is null, "orderId", "belongs to dynamic codes only");
        if (faults.Refusal is { } refusal)
        {
            return refusal;
        }

        return body.Type == "static"
            ? await Static(caller, body, purpose)
            : await (body.OrderId is null ? OfNewOrder(caller, body, purpose) : OfOrder(caller, body, purpose, cancel));
    }

    private async Task<Outcome<(QrCode Code, Change Change)>> Static(Caller caller, CreateQrCodeBody body, Purpose purpose)
    {
        // Without an amount the currency still has to be one, so any amount stands in for the check.
        var amount = RequestedAmount.Read(body.Amount ?? new AmountText("1"), body.Currency);
        if (amount.IsRefused)
        {
            return amount.Refusal!;
        }

        var expiresAt = body.ExpiresIn is { } seconds ? clocks.Now(caller.Tenant) + TimeSpan.FromSeconds(seconds) : (DateTimeOffset?)null;
        return await Code(
            caller, body, purpose, QrCodeKind.Static, amount.Value.Currency,
            body.Amount is null ? null : amount.Value, null, false, expiresAt, new Change());
    }

    private async Task<Outcome<(QrCode Code, Change Change)>> OfNewOrder(Caller caller, CreateQrCodeBody body, Purpose purpose)
    {
        var amount = RequestedAmount.Read(body.Amount, body.Currency);
        if (amount.IsRefused)
        {
            return amount.Refusal!;
        }

        var expiresAt = clocks.Now(caller.Tenant) + (body.ExpiresIn is { } seconds ? TimeSpan.FromSeconds(seconds) : dynamicLifetime);
        var order = inbound.NewOrder(caller.Tenant, amount.Value, purpose, expiresAt);
        var change = new Change();
        inbound.WriteNew(change, order, caller.Origin);
        return await Code(
            caller, body, purpose, QrCodeKind.Dynamic, amount.Value.Currency, amount.Value, order.Id, ownsOrder: true, expiresAt, change);
    }

    private async Task<Outcome<(QrCode Code, Change Change)>> OfOrder(
        Caller caller, CreateQrCodeBody body, Purpose purpose, CancellationToken cancel)
    {
        var (order, payment) = await payments.FindOrder(caller.Tenant, body.OrderId!, cancel);
        if (order is null)
        {
            return new Refusal(Errors.OrderNotFound);
        }

        if (await WhyNotPayable(order, payment, body, cancel) is { } refusal)
        {
            return refusal;
        }

        var asked = clocks.Now(caller.Tenant) + (body.ExpiresIn is { } seconds ? TimeSpan.FromSeconds(seconds) : dynamicLifetime);
        var expiresAt = asked < order.ExpiresAt ? asked : order.ExpiresAt;
        return await Code(
            caller, body, purpose with { Description = purpose.Description ?? order.Purpose.Description }, QrCodeKind.Dynamic,
            order.Amount.Currency, order.AmountDue, order.Id, ownsOrder: false, expiresAt, new Change());
    }

    private async Task<Refusal?> WhyNotPayable(Order order, Payment? payment, CreateQrCodeBody body, CancellationToken cancel)
    {
        var over = OrderDecisions.Decide(order, new OrderCommand.Attempt(), clocks.Now(order.Tenant)).Refusal;
        if (over is not null || payment is { State: not (PaymentState.RequiresPaymentMethod or PaymentState.RequiresConfirmation) })
        {
            return over ?? Refusal.InvalidState("order", "being paid", ["abandon the attempt, or wait for it"]);
        }

        if (await store.FindOpenFor(order.Tenant, order.Id, cancel) is { } open)
        {
            return Refusal.InvalidState("order", $"open for the code {open}", ["cancel that code first"]);
        }

        var faults = new FieldFaults();
        faults.AddUnless(body.Currency is null || body.Currency == order.Amount.Currency.Code, "currency", "must be that of the order");
        faults.AddUnless(body.Amount is not { } amount
            || (Money.TryParse(amount, order.Amount.Currency, out var money, out _) && money == order.AmountDue),
            "amount", "must be what is due of the order");
        return faults.Refusal;
    }

    private async Task<Outcome<(QrCode Code, Change Change)>> Code(
        Caller caller, CreateQrCodeBody body, Purpose purpose, QrCodeKind kind, Currency currency, Money? amount, string? orderId, bool ownsOrder,
        DateTimeOffset? expiresAt, Change change)
    {
        var (id, format) = (Id.New("qr", clocks.Real), body.Format ?? QrText.Upi);
        var text = await TextOf(caller.Tenant, body, purpose, format, kind, currency, amount, id);
        if (text.IsRefused)
        {
            return text.Refusal!;
        }

        var code = new QrCode
        {
            Id = id,
            Tenant = caller.Tenant,
            Kind = kind,
            Format = format,
            State = QrCodeState.Active,
            Amount = amount,
            Currency = currency,
            OrderId = orderId,
            OwnsOrder = ownsOrder,
            Text = text.Value,
            Description = purpose.Description,
            Metadata = purpose.Metadata,
            AmountReceived = Money.Zero(currency),
            CreatedAt = clocks.Now(caller.Tenant),
            ExpiresAt = expiresAt,
        };
        facts.Write(change.Write(QrCodeRows.Insert, code), "qr_code.created", null, code, null, caller.Origin);
        return (code, change);
    }

    /// <summary>The text, where the merchant and a processor can be paid so.</summary>
    private async Task<Outcome<string>> TextOf(
        Tenant tenant, CreateQrCodeBody body, Purpose purpose, string format, QrCodeKind kind, Currency currency, Money? amount, string id)
    {
        var merchant = (await merchants.Find(tenant))!;
        var usable = await connectors.For(tenant);
        var taken = PaymentMethods.Of(merchant, null, usable, currency);
        var payee = usable.Candidates("qr", currency)
            .Select(connector => connector.Capabilities.QrPayee).FirstOrDefault(p => p is not null);
        if (payee is null || !taken.Contains("qr"))
        {
            return new Refusal(Errors.PaymentMethodNotAvailable, "QR codes cannot be paid here: the merchant or every processor lacks the method qr.",
                new Dictionary<string, object?> { ["allowed"] = taken });
        }

        if (amount is { } asked && (MerchantLimits.Refuse(merchant, asked) ?? UpiLimit(asked, merchant)) is { } limit)
        {
            return limit;
        }

        var place = QrPlace.Online with
        {
            City = body.City ?? QrPlace.Online.City,
            PostalCode = body.PostalCode,
            Category = body.MerchantCategory ?? QrPlace.Online.Category,
        };
        return QrText.Of(
            new(payee, merchant.Name, merchant.Country, currency, amount, id, purpose.Description,
                place, IsStatic: kind == QrCodeKind.Static), format);
    }

    private static Refusal? UpiLimit(Money amount, Merchant merchant) =>
        amount.Currency == Currency.INR ? MethodRules.OverLimit(amount, merchant.Upi) : null;
}
