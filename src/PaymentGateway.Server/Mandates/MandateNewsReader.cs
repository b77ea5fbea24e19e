using PaymentGateway.Connectors;
using PaymentGateway.Http;

namespace PaymentGateway.Mandates;

/// <summary>Commits what processors write about mandates: above all that a payer has ended one.</summary>
internal sealed class MandateNewsReader(MandateStore store, MandateMoves moves) : INewsReader
{
    public bool Takes(ConnectorNews news) => news is ConnectorNews.OfMandate;

    public async Task<Refusal?> Read(string connector, ConnectorNotification message, Origin origin, CancellationToken cancel)
    {
        var news = (ConnectorNews.OfMandate)message.News;
        return await store.Find(message.Tenant, news.Key, cancel) is { } mandate && mandate.Connector == connector
            ? (await moves.Tell(message.Tenant, news.Key, news.Outcome, origin, also: null, cancel)).Refusal
            : new Refusal(Errors.MandateNotFound);
    }
}
