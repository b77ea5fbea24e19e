using PaymentGateway.Connectors;
using PaymentGateway.Http;
using PaymentGateway.Merchants;
using PaymentGateway.WorkItems;

namespace PaymentGateway.Refunds;

/// <summary>Commits what processors write about refunds.</summary>
internal sealed class RefundNewsReader(RefundStore store, RefundMoves moves, MerchantStore merchants, WorkItemMoves items) : INewsReader
{
    public bool Takes(ConnectorNews news) => news is ConnectorNews.OfRefund;

    /// <summary>Of a refund that is not ours, or another merchant's, only that money has left is anybody's business.</summary>
    public async Task<Refusal?> Read(string connector, ConnectorNotification message, Origin origin, CancellationToken cancel)
    {
        var news = (ConnectorNews.OfRefund)message.News;
        if (await store.OwnerOf(news.Key, cancel) is { } tenant && tenant == message.Tenant)
        {
            return (await moves.Tell(tenant, news.Key, news.Outcome, new RefundContext(origin), cancel)).Refusal;
        }

        if (news.Outcome is not RefundOutcome.Succeeded || await merchants.Find(message.Tenant) is null)
        {
            return new Refusal(Errors.RefundNotFound);
        }

        await items.OpenAlone(RefundContradictions.OfUnknown(message.Tenant, connector, news.Key, news.Outcome), origin, cancel);
        return null;
    }
}
