using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Customers;

/// <param name="Source">The charge, or the set-up.</param>
/// <param name="Method">card or upi.</param>
/// <param name="NetworkTransactionId">What the card network calls that transaction; null: it is not known.</param>
public sealed record PaidMethod(
    Tenant Tenant, string CustomerId, string Connector, SaveSource Source, string Method, string? NetworkTransactionId = null);

/// <summary>
/// Keeps what a payment was made with, or a set-up has made ready. The method is written in the commit of the payment's success, as one that is being saved; the
/// resolver then tells the processor, which finds the card by its charge, and again until it answers.
/// </summary>
public sealed class SaveFromPayment
{
    private readonly CustomerFacts facts;
    private readonly PaymentMethodStore methods;
    private readonly PaymentMethodResolver resolver;
    private readonly MerchantClocks clocks;

    internal SaveFromPayment(CustomerFacts facts, PaymentMethodStore methods, PaymentMethodResolver resolver, MerchantClocks clocks) =>
        (this.facts, this.methods, this.resolver, this.clocks) = (facts, methods, resolver, clocks);

    /// <summary>It takes no place yet: a customer without room keeps the payment, and not the method.</summary>
    /// <param name="change">The payment's, or the set-up's.</param>
    /// <param name="paid">What is to be kept.</param>
    /// <param name="origin">Who.</param>
    /// <param name="id">Of the method; null: a new one.</param>
    /// <returns>The id of the method.</returns>
    public string Write(Change change, PaidMethod paid, Origin origin, string? id = null)
    {
        var now = clocks.Now(paid.Tenant);
        var method = new PaymentMethod
        {
            Id = id ?? Id.New(PaymentMethod.IdPrefix, clocks.Real),
            Tenant = paid.Tenant,
            CustomerId = paid.CustomerId,
            State = PaymentMethodState.Saving,
            Summary = new(paid.Method),
            Connector = paid.Connector,
            Source = paid.Source,
            NetworkTransactionId = paid.NetworkTransactionId,
            HasPlace = false,
            Metadata = "{}",
            CreatedAt = now,
            CheckAt = now,
            Version = 1,
        };
        facts.Record(change.Write(PaymentMethodRows.Insert, method), "payment_method.create", null, method, origin);
        return method.Id;
    }

    /// <summary>Tells the processor of a method at once, where the worker has not done so yet.</summary>
    /// <returns>The method as it is then: still being saved when the processor did not answer.</returns>
    public async Task<PaymentMethod> TellNow(Tenant tenant, string paymentMethodId, CancellationToken cancel)
    {
        await resolver.Resolve(tenant, paymentMethodId, cancel);
        return (await methods.Find(tenant, paymentMethodId, cancel))!;
    }
}
