using PaymentGateway.Http;

namespace PaymentGateway.Connectors;

/// <summary>What a message of a processor is about.</summary>
/// <param name="Key">Our key of the object.</param>
public abstract record ConnectorNews(string Key)
{
    public sealed record OfCharge(string Key, ConnectorOutcome Outcome) : ConnectorNews(Key);

    public sealed record OfRefund(string Key, RefundOutcome Outcome) : ConnectorNews(Key);
}

/// <summary>
/// Commits one kind of news. An area whose objects processors write about registers one; a further kind is one more case of
/// <see cref="ConnectorNews"/> and one more reader.
/// </summary>
public interface INewsReader
{
    bool Takes(ConnectorNews news);

    /// <summary>Returns when what the message says is committed, or is known already.</summary>
    /// <returns>Null, or the refusal when the object is not known here or is another tenant's.</returns>
    Task<Refusal?> Read(ConnectorNotification message, string requestId, CancellationToken cancel);
}

/// <summary>Hands the messages of processors to the area that they are about.</summary>
public sealed class NewsDispatcher(IEnumerable<INewsReader> readers)
{
    private readonly INewsReader[] readers = [.. readers];

    /// <inheritdoc cref="INewsReader.Read"/>
    public Task<Refusal?> Read(ConnectorNotification message, string requestId, CancellationToken cancel) =>
        readers.Single(reader => reader.Takes(message.News)).Read(message, requestId, cancel);
}
