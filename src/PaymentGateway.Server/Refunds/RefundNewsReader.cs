using PaymentGateway.Connectors;
using PaymentGateway.Http;

namespace PaymentGateway.Refunds;

/// <summary>Commits what processors write about refunds.</summary>
internal sealed class RefundNewsReader(RefundStore store, RefundMoves moves) : INewsReader
{
    public bool Takes(ConnectorNews news) => news is ConnectorNews.OfRefund;

    /// <summary>A contradiction is taken note of in the log and answered as received: sending it again would not make it fit.</summary>
    public async Task<Refusal?> Read(string connector, ConnectorNotification message, Origin origin, CancellationToken cancel)
    {
        var news = (ConnectorNews.OfRefund)message.News;
        if (await store.OwnerOf(news.Key, cancel) is not { } tenant || tenant != message.Tenant)
        {
            return new Refusal(Errors.RefundNotFound);
        }

        await moves.Tell(tenant, news.Key, news.Outcome, new RefundContext(origin), cancel);
        return null;
    }
}
