package dev.gantry.network.plan;

import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Types;
import org.jooq.Binding;
import org.jooq.BindingGetResultSetContext;
import org.jooq.BindingGetSQLInputContext;
import org.jooq.BindingGetStatementContext;
import org.jooq.BindingRegisterContext;
import org.jooq.BindingSQLContext;
import org.jooq.BindingSetSQLOutputContext;
import org.jooq.BindingSetStatementContext;
import org.jooq.Converter;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** PostgreSQL's {@code cidr} columns as {@link Cidr}. */
public final class CidrBinding implements Binding<String, Cidr> {
  private static final long serialVersionUID = 1L;

  private static final Converter<String, Cidr> CONVERTER =
      Converter.ofNullable(String.class, Cidr.class, Cidr::around, Cidr::toString);

  @Override
  public Converter<String, Cidr> converter() {
    return CONVERTER;
  }

  @Override
  public void sql(BindingSQLContext<Cidr> context) {
    context.render().visit(DSL.val(context.convert(CONVERTER).value())).sql("::cidr");
  }

  @Override
  public void set(BindingSetStatementContext<Cidr> context) throws SQLException {
    @Nullable String text = context.convert(CONVERTER).value();
    context.statement().setString(context.index(), text);
  }

  @Override
  public void get(BindingGetResultSetContext<Cidr> context) throws SQLException {
    context.convert(CONVERTER).value(context.resultSet().getString(context.index()));
  }

  @Override
  public void get(BindingGetStatementContext<Cidr> context) throws SQLException {
    context.convert(CONVERTER).value(context.statement().getString(context.index()));
  }

  @Override
  public void register(BindingRegisterContext<Cidr> context) throws SQLException {
    context.statement().registerOutParameter(context.index(), Types.VARCHAR);
  }

  @Override
  public void set(BindingSetSQLOutputContext<Cidr> context) throws SQLException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public void get(BindingGetSQLInputContext<Cidr> context) throws SQLException {
    throw new SQLFeatureNotSupportedException();
  }
}
