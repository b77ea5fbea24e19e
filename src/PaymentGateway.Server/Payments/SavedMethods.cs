using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Customers;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Payments;

/// <summary>Where payments meet what customers have saved: paying with it, and saving what a payment was made with.</summary>
internal sealed class SavedMethods(PaymentMethodStore methods, CustomerStore customers, SaveFromPayment saving)
{
    /// <summary>What an instrument names; null when it names nothing saved.</summary>
    public async Task<Outcome<PaymentMethod?>> Find(Tenant tenant, Instrument? instrument, CancellationToken cancel)
    {
        if (instrument is not Instrument.Saved named)
        {
            return (PaymentMethod?)null;
        }

        return await methods.Find(tenant, named.PaymentMethodId, cancel) switch
        {
            null => new Refusal(Errors.PaymentMethodNotFound),
            var found when named.Of.Length > 0 && named.Of != found.Summary.Method =>
                Refusal.Field("paymentMethod", $"must be {found.Summary.Method}, or left out: that is what the saved method is"),
            var found => found,
        };
    }

    /// <summary>
    /// The method that a payment with <c>setupFutureUsage</c> need not save, since its customer has it; null: it is to be saved.
    /// Refuses what no processor can keep.
    /// </summary>
    public async Task<Outcome<string?>> FindTwin(Payment payment, Instrument instrument, GuardedConnector connector, CancellationToken cancel)
    {
        if (SourceOf(instrument) is not { } source || connector.Capabilities.Saves?.Methods.Contains(instrument.Method) != true)
        {
            return new Refusal(Errors.NotSupported,
                $"A payment by {instrument.Method} cannot be kept for later in this way; leave setupFutureUsage out.");
        }

        return (await connector.Preview(payment.Tenant, source, cancel))?.Fingerprint is { } fingerprint
            && await methods.FindAttached(payment.Tenant, payment.Purpose.CustomerId!, fingerprint, cancel) is { State: PaymentMethodState.Active } twin
                ? twin.Id
                : (string?)null;
    }

    /// <summary>
    /// What a step leaves to be done for the customer: an attempt that succeeded and is to be kept is saved by a method of its own, in the
    /// same commit; of a customer who was deleted meanwhile nothing personal is written.
    /// </summary>
    public async Task<PaymentStep> Follow(Change change, Payment before, PaymentStep step, Origin origin, CancellationToken cancel)
    {
        var next = step.Next;
        if (ReferenceEquals(before, next) || next.Charge is not { } charge || !Customer.IsOurs(next.Purpose.CustomerId))
        {
            return step;
        }

        if (charge.Summary.Vpa is not null && await customers.Find(next.Tenant, next.Purpose.CustomerId!, cancel) is null)
        {
            next = next with { Charge = charge with { Summary = charge.Summary with { Vpa = null } } };
        }

        if (IsToBeSaved(before, next))
        {
            var id = saving.Write(
                change,
                new(
                    next.Tenant, next.Purpose.CustomerId!, charge.Connector, new SaveSource.OfCharge(charge.Id), charge.Summary.Method,
                    charge.NetworkTransactionId), origin);
            next = next with { PaymentMethodId = id };
        }

        return step with { Next = next };
    }

    private static bool IsToBeSaved(Payment before, Payment next) =>
        next is { SetupFutureUsage: not null, PaymentMethodId: null, State: PaymentState.Succeeded or PaymentState.RequiresCapture }
        && before.State is not (PaymentState.Succeeded or PaymentState.RequiresCapture or PaymentState.Capturing or PaymentState.Incrementing)
        && next.Charge is { Summary.Method: "card" or "upi" };

    private static SaveSource? SourceOf(Instrument instrument) => instrument switch
    {
        Instrument.Card card => new SaveSource.OfCard(card.Token),
        Instrument.Upi { Vpa: { } vpa } => new SaveSource.OfUpi(vpa),
        _ => null,
    };
}
