using PaymentGateway.Connectors;
using PaymentGateway.Http;
using PaymentGateway.Merchants;
using PaymentGateway.WorkItems;

namespace PaymentGateway.Payments;

/// <summary>Commits what processors write about charges.</summary>
internal sealed class ChargeNewsReader(PaymentStore store, PaymentMoves moves, MerchantStore merchants, WorkItemMoves items) : INewsReader
{
    public bool Takes(ConnectorNews news) => news is ConnectorNews.OfCharge;

    public async Task<Refusal?> Read(string connector, ConnectorNotification message, Origin origin, CancellationToken cancel)
    {
        var news = (ConnectorNews.OfCharge)message.News;
        if (await store.OwnerOfCharge(news.Key, cancel) is not { } owner || owner.Tenant != message.Tenant)
        {
            return await ReadOfUnknown(connector, message, news, origin, cancel);
        }

        return (await moves.Tell(
            owner.Tenant, owner.PaymentId, new(news.Key, news.Outcome, news.OperationKey), new MoveContext(origin), cancel)).Refusal;
    }

    /// <summary>
    /// Nobody here has begun the charge, or it is another merchant's, which the message does not get to know. Money that came all the
    /// same is a merchant's to look after; anything else is nothing.
    /// </summary>
    private async Task<Refusal?> ReadOfUnknown(
        string connector, ConnectorNotification message, ConnectorNews.OfCharge news, Origin origin, CancellationToken cancel)
    {
        if (news.Outcome is not (ConnectorOutcome.Authorized or ConnectorOutcome.Captured) || await merchants.Find(message.Tenant) is null)
        {
            return new Refusal(Errors.ChargeNotFound);
        }

        var money = (news.Outcome as ConnectorOutcome.Captured)?.Total;
        await items.OpenAlone(
            new NewWorkItem(
                message.Tenant, WorkItemKind.UnknownCharge, $"unknown_charge:{connector}:{news.Key}", connector, "{}",
                Sides.Theirs(news.Outcome, news.Key), [WorkItemAction.Dismiss], money, InSuspense: money is not null),
            origin, cancel);
        return null;
    }
}
