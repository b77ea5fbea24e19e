using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Customers;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Mandates;

/// <summary>What payments ask of mandates: whether they may debit, and to count it.</summary>
public sealed class MandateTerms(MandateStore store, CustomerStore customers, MerchantClocks clocks)
{
    /// <summary>Agrees, before an attempt begins, that it is within the mandate.</summary>
    /// <returns>
    /// How it counts. Refusals: MANDATE_NOT_FOUND, MANDATE_NOT_ACTIVE, MANDATE_LIMIT_EXCEEDED, MANDATE_NOTICE_REQUIRED,
    /// AUTHENTICATION_REQUIRED, CUSTOMER_NOT_FOUND, a field.
    /// </returns>
    public async Task<Outcome<MandateDebit>> Agree(
        Tenant tenant, Instrument.Mandate instrument, string chargeId, Money amount, string? customerId, bool offSession, CancellationToken cancel)
    {
        if (await store.Find(tenant, instrument.MandateId, cancel) is not { } mandate)
        {
            return new Refusal(Errors.MandateNotFound);
        }

        if (await customers.RefuseUnknown(tenant, mandate.CustomerId, cancel) is { } gone)
        {
            return gone;
        }

        var when = clocks.Now(tenant);
        var (uses, notices) = await store.UsesOf(mandate, MandateDecisions.PeriodOf(mandate, when), when, cancel);
        return MandateDecisions.Debit(
            mandate, new(chargeId, instrument.Method, amount, customerId, offSession, uses, notices), when);
    }

    /// <summary>The instrument as the processor is told.</summary>
    public static Instrument.Mandate ForProcessor(Instrument.Mandate instrument, MandateDebit debit) => instrument with
    {
        Reference = debit.Mandate.Reference,
        AsksPayer = MandateDecisions.AsksPayer(debit.Mandate, debit.Amount),
    };

    /// <summary>
    /// Counts a debit in the commit of its attempt. The commit is a conflict when the mandate is no longer active, its period is full or its
    /// notice is used: then it is decided again.
    /// </summary>
    public static void Begin(Change change, MandateDebit debit)
    {
        change.Write(MandateRows.Hold, debit).Write(MandateRows.Count, debit).Write(MandateRows.InsertDebit, debit);
        if (debit.NoticeId is not null)
        {
            change.Write(MandateRows.UseNotice, debit);
        }
    }

    /// <summary>A debit took nothing, or its money went back: its use is free again.</summary>
    /// <param name="wasDeclined">It took nothing, so its notice is good for one more try.</param>
    public static void End(Change change, string chargeId, bool wasDeclined)
    {
        var ended = new EndedDebit(chargeId);
        change.Write(MandateRows.Uncount, ended).Write(MandateRows.EndDebit, ended);
        if (wasDeclined)
        {
            change.Write(MandateRows.ReleaseNotice, ended);
        }
    }
}
