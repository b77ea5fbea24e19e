using PaymentGateway.Connectors;
using PaymentGateway.Http;

namespace PaymentGateway.Payments;

/// <summary>Commits what processors write about charges.</summary>
internal sealed class ChargeNewsReader(PaymentStore store, PaymentMoves moves) : INewsReader
{
    public bool Takes(ConnectorNews news) => news is ConnectorNews.OfCharge;

    /// <summary>A contradiction is taken note of in the log and answered as received: sending it again would not make it fit.</summary>
    public async Task<Refusal?> Read(string connector, ConnectorNotification message, Origin origin, CancellationToken cancel)
    {
        var news = (ConnectorNews.OfCharge)message.News;
        if (await store.OwnerOfCharge(news.Key, cancel) is not { } owner || owner.Tenant != message.Tenant)
        {
            return new Refusal(Errors.ChargeNotFound);
        }

        await moves.Tell(owner.Tenant, owner.PaymentId, news.Key, news.Outcome, new MoveContext(origin), cancel);
        return null;
    }
}
