using PaymentGateway.Connectors;
using PaymentGateway.Http;

namespace PaymentGateway.SetupIntents;

/// <summary>Commits what processors write about set-ups.</summary>
internal sealed class SetupNewsReader(SetupIntentStore store, SetupIntentMoves moves, SettleSetup settle) : INewsReader
{
    public bool Takes(ConnectorNews news) => news is ConnectorNews.OfSetup;

    public async Task<Refusal?> Read(string connector, ConnectorNotification message, Origin origin, CancellationToken cancel)
    {
        var news = (ConnectorNews.OfSetup)message.News;
        if (SetupIntent.IdIn(news.Key) is not { } id || await store.Find(message.Tenant, id, cancel) is not { } setup)
        {
            return new Refusal(Errors.SetupIntentNotFound);
        }

        if (setup.Connector != connector)
        {
            // Of an attempt before this one, which went elsewhere, or of somebody who guesses: the present attempt is not theirs.
            return null;
        }

        var told = await moves.Tell(message.Tenant, id, news.Key, news.Outcome, origin, also: null, cancel);
        if (told is { IsRefused: false, Value: { IsSaving: true } ready })
        {
            await settle.Run(ready, origin, also: null, cancel);
        }

        return told.Refusal;
    }
}
