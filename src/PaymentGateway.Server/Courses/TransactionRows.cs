using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.Courses;

/// <summary>A state that a course payment has reached.</summary>
internal sealed record StateReached(CourseTransaction Transaction, string? Why, string Actor, DateTimeOffset At);

internal enum MessageKind
{
    Callback,
    Webhook,
}

/// <summary>What the gateway sent about a course payment, sealed.</summary>
internal sealed record GatewayMessage(string Id, CourseTransaction Transaction, MessageKind Kind, string Sealed, byte[] Sha256, DateTimeOffset ReceivedAt);

/// <summary>One use of a discount code.</summary>
internal sealed record DiscountUse(CourseTransaction Transaction, int Place, int? StudentLimit);

/// <summary>All SQL that writes course payments. They are written before orders: whoever loses a race loses it here.</summary>
internal static class TransactionRows
{
    /// <summary>Conflicts when the student has an open session for the course already, or when this retry was made.</summary>
    internal static readonly RowWriter<CourseTransaction> Insert = RowWriter<CourseTransaction>.Guard("courses.transactions.insert", 17, t => t.Id,
        """
        INSERT INTO courses.transactions (id, merchant_id, mode, course_id, student_id, title, instructor, state, original, discount, subtotal, gst,
            total, currency, gst_percent, sac, discount_code_id, discount_code, amount_refunded, session_id, expires_at, order_id, retry_of,
            retry_count, first_attempt_at, is_duplicate, created_at, billing, version)
        SELECT *, 1
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26,
            $27, $28)
        ON CONFLICT DO NOTHING
        RETURNING id
        """,
        RowWriter<CourseTransaction>.Column(t => t.Id),
        RowWriter<CourseTransaction>.Column(t => t.Tenant.MerchantId),
        RowWriter<CourseTransaction>.Column(t => t.Tenant.Mode.ToSql()),
        RowWriter<CourseTransaction>.Column(t => t.CourseId),
        RowWriter<CourseTransaction>.Column(t => t.StudentId),
        RowWriter<CourseTransaction>.Column(t => t.Title),
        RowWriter<CourseTransaction>.Column(t => t.Instructor),
        RowWriter<CourseTransaction>.Column(t => Words.Of(t.State)),
        RowWriter<CourseTransaction>.Column(t => t.Price.Original.Minor),
        RowWriter<CourseTransaction>.Column(t => t.Price.Discount.Minor),
        RowWriter<CourseTransaction>.Column(t => t.Price.Subtotal.Minor),
        RowWriter<CourseTransaction>.Column(t => t.Price.Gst.Minor),
        RowWriter<CourseTransaction>.Column(t => t.Price.Total.Minor),
        RowWriter<CourseTransaction>.Column(t => t.Price.Total.Currency.Code),
        RowWriter<CourseTransaction>.Column(t => t.Price.GstPercent),
        RowWriter<CourseTransaction>.Column(t => t.Sac),
        RowWriter<CourseTransaction>.Column(t => t.DiscountCodeId),
        RowWriter<CourseTransaction>.Column(t => t.DiscountCode),
        RowWriter<CourseTransaction>.Column(t => t.AmountRefunded.Minor),
        RowWriter<CourseTransaction>.Column(t => t.SessionId),
        RowWriter<CourseTransaction>.Column(t => t.ExpiresAt),
        RowWriter<CourseTransaction>.Column(t => t.OrderId),
        RowWriter<CourseTransaction>.Column(t => t.RetryOf),
        RowWriter<CourseTransaction>.Column(t => t.RetryCount),
        RowWriter<CourseTransaction>.Column(t => t.FirstAttemptAt),
        RowWriter<CourseTransaction>.Column(t => t.IsDuplicate),
        RowWriter<CourseTransaction>.Column(t => t.CreatedAt),
        RowWriter<CourseTransaction>.Column(t => t.SealedBilling));

    /// <summary>When it is still of the version that was decided on.</summary>
    internal static readonly RowWriter<CourseTransaction> Update = RowWriter<CourseTransaction>.Guard("courses.transactions", 17, t => t.Id,
        """
        UPDATE courses.transactions AS t
        SET state = r.state, amount_refunded = r.amount_refunded, payment_id = r.payment_id, gateway_reference = r.gateway_reference,
            payment_url = r.payment_url, method = r.method, last4 = r.last4, failure_reason = r.failure_reason, failure_code = r.failure_code,
            is_duplicate = r.is_duplicate, refund_due_at = r.refund_due_at, paid_at = r.paid_at, ended_at = r.ended_at, version = r.version
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) AS r
            (id, merchant_id, mode, state, amount_refunded, payment_id, gateway_reference, payment_url, method, last4, failure_reason,
            failure_code, is_duplicate, refund_due_at, paid_at, ended_at, version)
        WHERE t.id = r.id AND t.merchant_id = r.merchant_id AND t.mode = r.mode AND t.version = r.version - 1
        RETURNING t.id
        """,
        RowWriter<CourseTransaction>.Column(t => t.Id),
        RowWriter<CourseTransaction>.Column(t => t.Tenant.MerchantId),
        RowWriter<CourseTransaction>.Column(t => t.Tenant.Mode.ToSql()),
        RowWriter<CourseTransaction>.Column(t => Words.Of(t.State)),
        RowWriter<CourseTransaction>.Column(t => t.AmountRefunded.Minor),
        RowWriter<CourseTransaction>.Column(t => t.PaymentId),
        RowWriter<CourseTransaction>.Column(t => t.GatewayReference),
        RowWriter<CourseTransaction>.Column(t => t.PaymentUrl),
        RowWriter<CourseTransaction>.Column(t => t.Method),
        RowWriter<CourseTransaction>.Column(t => t.Last4),
        RowWriter<CourseTransaction>.Column(t => t.FailureReason is { } reason ? Words.Of(reason) : null),
        RowWriter<CourseTransaction>.Column(t => t.FailureCode),
        RowWriter<CourseTransaction>.Column(t => t.IsDuplicate),
        RowWriter<CourseTransaction>.Column(t => t.RefundDueAt),
        RowWriter<CourseTransaction>.Column(t => t.PaidAt),
        RowWriter<CourseTransaction>.Column(t => t.EndedAt),
        RowWriter<CourseTransaction>.Column(t => t.Version));

    /// <summary>Conflicts when enough alerts were recorded about it already.</summary>
    internal static readonly RowWriter<CourseTransaction> CountAlert = RowWriter<CourseTransaction>.Guard("courses.transactions.alert", 17, t => t.Id,
        """
        UPDATE courses.transactions AS t
        SET alerts = t.alerts + 1
        FROM unnest($1, $2, $3) AS r (id, merchant_id, mode)
        WHERE t.id = r.id AND t.merchant_id = r.merchant_id AND t.mode = r.mode AND t.alerts < 10
        RETURNING t.id
        """,
        RowWriter<CourseTransaction>.Column(t => t.Id),
        RowWriter<CourseTransaction>.Column(t => t.Tenant.MerchantId),
        RowWriter<CourseTransaction>.Column(t => t.Tenant.Mode.ToSql()));

    internal static readonly RowWriter<StateReached> InsertState = RowWriter<StateReached>.Append("courses.transaction_states", 18, s => s.Transaction.Id,
        """
        INSERT INTO courses.transaction_states (transaction_id, merchant_id, mode, version, state, why, actor, at)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
        """,
        RowWriter<StateReached>.Column(s => s.Transaction.Id),
        RowWriter<StateReached>.Column(s => s.Transaction.Tenant.MerchantId),
        RowWriter<StateReached>.Column(s => s.Transaction.Tenant.Mode.ToSql()),
        RowWriter<StateReached>.Column(s => s.Transaction.Version),
        RowWriter<StateReached>.Column(s => Words.Of(s.Transaction.State)),
        RowWriter<StateReached>.Column(s => s.Why),
        RowWriter<StateReached>.Column(s => s.Actor),
        RowWriter<StateReached>.Column(s => s.At));

    /// <summary>Nothing is written when the same came before.</summary>
    internal static readonly RowWriter<GatewayMessage> InsertMessage = RowWriter<GatewayMessage>.Append("courses.messages", 18, m => m.Id,
        """
        INSERT INTO courses.messages (id, transaction_id, merchant_id, mode, kind, sealed, sha256, received_at)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT ON CONSTRAINT one_row_for_a_message_that_repeats DO NOTHING
        """,
        RowWriter<GatewayMessage>.Column(m => m.Id),
        RowWriter<GatewayMessage>.Column(m => m.Transaction.Id),
        RowWriter<GatewayMessage>.Column(m => m.Transaction.Tenant.MerchantId),
        RowWriter<GatewayMessage>.Column(m => m.Transaction.Tenant.Mode.ToSql()),
        RowWriter<GatewayMessage>.Column(m => Words.Of(m.Kind)),
        RowWriter<GatewayMessage>.Column(m => m.Sealed),
        RowWriter<GatewayMessage>.Column(m => m.Sha256),
        RowWriter<GatewayMessage>.Column(m => m.ReceivedAt));

    /// <summary>Counts one more use under the lock of the code; conflicts when it was used as often as it can be, or does not count any more.</summary>
    internal static readonly RowWriter<DiscountUse> CountUse = RowWriter<DiscountUse>.Guard(
        "courses.discount_codes.use", 15, u => u.Transaction.DiscountCodeId!,
        """
        UPDATE courses.discount_codes AS c
        SET uses = c.uses + 1
        FROM unnest($1, $2, $3) AS r (id, merchant_id, mode)
        WHERE c.id = r.id AND c.merchant_id = r.merchant_id AND c.mode = r.mode AND c.active
          AND (c.use_limit IS NULL OR c.uses < c.use_limit)
        RETURNING c.id
        """,
        RowWriter<DiscountUse>.Column(u => u.Transaction.DiscountCodeId),
        RowWriter<DiscountUse>.Column(u => u.Transaction.Tenant.MerchantId),
        RowWriter<DiscountUse>.Column(u => u.Transaction.Tenant.Mode.ToSql()));

    /// <summary>Conflicts when another payment of the student has taken the place.</summary>
    internal static readonly RowWriter<DiscountUse> InsertUse = RowWriter<DiscountUse>.Guard(
        "courses.discount_uses.insert", 16, u => u.Transaction.Id,
        """
        INSERT INTO courses.discount_uses
            (transaction_id, merchant_id, mode, discount_code_id, student_id, place, student_limit, used_at)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (discount_code_id, student_id, place) WHERE released_at IS NULL DO NOTHING
        RETURNING transaction_id
        """,
        RowWriter<DiscountUse>.Column(u => u.Transaction.Id),
        RowWriter<DiscountUse>.Column(u => u.Transaction.Tenant.MerchantId),
        RowWriter<DiscountUse>.Column(u => u.Transaction.Tenant.Mode.ToSql()),
        RowWriter<DiscountUse>.Column(u => u.Transaction.DiscountCodeId),
        RowWriter<DiscountUse>.Column(u => u.Transaction.StudentId),
        RowWriter<DiscountUse>.Column(u => u.Place),
        RowWriter<DiscountUse>.Column(u => u.StudentLimit),
        RowWriter<DiscountUse>.Column(u => u.Transaction.CreatedAt));

    /// <summary>Takes uses of failed payments back. The version of the payment, written with it, lets this happen once.</summary>
    internal static readonly RowWriter<CourseTransaction> TakeUseBack = RowWriter<CourseTransaction>.Append(
        "courses.discount_codes.unuse", 15, t => t.DiscountCodeId!,
        """
        UPDATE courses.discount_codes AS c
        SET uses = c.uses - r.times
        FROM (
            SELECT id, merchant_id, mode, count(*)::integer AS times
            FROM unnest($1, $2, $3) AS u (id, merchant_id, mode)
            GROUP BY id, merchant_id, mode
        ) AS r
        WHERE c.id = r.id AND c.merchant_id = r.merchant_id AND c.mode = r.mode
        """,
        RowWriter<CourseTransaction>.Column(t => t.DiscountCodeId),
        RowWriter<CourseTransaction>.Column(t => t.Tenant.MerchantId),
        RowWriter<CourseTransaction>.Column(t => t.Tenant.Mode.ToSql()));

    internal static readonly RowWriter<CourseTransaction> ReleaseUse = RowWriter<CourseTransaction>.Append(
        "courses.discount_uses", 16, t => t.Id,
        """
        UPDATE courses.discount_uses AS u
        SET released_at = r.released_at
        FROM unnest($1, $2, $3, $4) AS r (transaction_id, merchant_id, mode, released_at)
        WHERE u.transaction_id = r.transaction_id AND u.merchant_id = r.merchant_id AND u.mode = r.mode AND u.released_at IS NULL
        """,
        RowWriter<CourseTransaction>.Column(t => t.Id),
        RowWriter<CourseTransaction>.Column(t => t.Tenant.MerchantId),
        RowWriter<CourseTransaction>.Column(t => t.Tenant.Mode.ToSql()),
        RowWriter<CourseTransaction>.Column(t => t.EndedAt));
}
