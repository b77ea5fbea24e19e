using PaymentGateway.Http;

namespace PaymentGateway.Connectors;

/// <summary>What a message of a processor is about.</summary>
/// <param name="Key">Our key of the object.</param>
public abstract record ConnectorNews(string Key)
{
    /// <param name="OperationKey">The capture or increment that it is about; null: the charge as a whole.</param>
    public sealed record OfCharge(string Key, ConnectorOutcome Outcome, string? OperationKey = null) : ConnectorNews(Key);

    public sealed record OfRefund(string Key, RefundOutcome Outcome) : ConnectorNews(Key);

    /// <summary>Only the processor opens a dispute: the key is that of its charge.</summary>
    public sealed record OfDispute(DisputeReport Report) : ConnectorNews(Report.ChargeKey);

    /// <param name="Key">Our key of the attempt.</param>
    public sealed record OfSetup(string Key, ConnectorOutcome Outcome) : ConnectorNews(Key);

    /// <param name="Key">Our id of the mandate.</param>
    public sealed record OfMandate(string Key, MandateOutcome Outcome) : ConnectorNews(Key);

    /// <summary>Nobody here has begun this charge: a customer has scanned a code and paid.</summary>
    public sealed record OfQrCredit(QrCredit Credit) : ConnectorNews(Credit.QrCodeId);
}

/// <summary>
/// Commits one kind of news. An area whose objects processors write about registers one; a further kind is one more case of
/// <see cref="ConnectorNews"/> and one more reader.
/// </summary>
public interface INewsReader
{
    bool Takes(ConnectorNews news);

    /// <summary>Returns when what the message says is committed, or is known already.</summary>
    /// <param name="connector">Whose message it is.</param>
    /// <param name="message">Verified.</param>
    /// <param name="origin">The processor.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <returns>
    /// Null, or the refusal when the object is not known here or is another tenant's. One that is <see cref="Refusal.IsForNow"/>: the message has to wait.
    /// </returns>
    Task<Refusal?> Read(string connector, ConnectorNotification message, Origin origin, CancellationToken cancel);
}

/// <summary>Hands the messages of processors to the area that they are about.</summary>
public sealed class NewsDispatcher(IEnumerable<INewsReader> readers)
{
    private readonly INewsReader[] readers = [.. readers];

    /// <inheritdoc cref="INewsReader.Read"/>
    public Task<Refusal?> Read(string connector, ConnectorNotification message, Origin origin, CancellationToken cancel) =>
        readers.Single(reader => reader.Takes(message.News)).Read(connector, message, origin, cancel);
}
